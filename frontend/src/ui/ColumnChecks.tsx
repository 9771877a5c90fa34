import Checkbox from '@mui/material/Checkbox'
import FormControl from '@mui/material/FormControl'
import FormControlLabel from '@mui/material/FormControlLabel'
import FormGroup from '@mui/material/FormGroup'
import FormLabel from '@mui/material/FormLabel'
import Typography from '@mui/material/Typography'

/** Columns to choose from, by their ids, in the order in which they are chosen. */
export function ColumnChecks({
  legend,
  columns,
  chosen,
  onChange,
}: {
  legend: string
  columns: readonly { id: string; name: string }[]
  chosen: readonly string[]
  onChange: (ids: string[]) => void
}) {
  return (
    <FormControl component="fieldset">
      <FormLabel component="legend">{legend}</FormLabel>
      <FormGroup sx={{ maxHeight: 190, overflow: 'auto', flexWrap: 'nowrap' }}>
        {columns.map((column) => (
          <FormControlLabel
            key={column.id}
            control={<Checkbox size="small" />}
            checked={chosen.includes(column.id)}
            onChange={(_, checked) =>
              onChange(checked ? [...chosen, column.id] : chosen.filter((id) => id !== column.id))
            }
            label={<Typography variant="body2">{column.name}</Typography>}
          />
        ))}
      </FormGroup>
    </FormControl>
  )
}
