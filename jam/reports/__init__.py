"""Reports for funders: figures frozen as they were on a day, as PDF and as a spreadsheet, and what changed between two of
them. A report that was made is never changed, and says nothing about anybody."""
