import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { paragraphsOf } from '@/lib/paragraphs'

/** Text with headings, bullets and paragraphs, as it is printed. */
export function PlainText({ text }: { text: string }) {
  const counted = paragraphsOf(text).map((paragraph, index) => ({
    ...paragraph,
    key: `${index}-${paragraph.kind}`,
  }))
  return (
    <>
      {counted.map((paragraph) =>
        paragraph.kind === 'heading' ? (
          <Typography
            key={paragraph.key}
            component={paragraph.level === 1 ? 'h2' : 'h3'}
            sx={{ fontSize: paragraph.level === 1 ? '1.125rem' : '1rem', fontWeight: 650, mt: 1, mb: 0.75 }}
          >
            {paragraph.text}
          </Typography>
        ) : paragraph.kind === 'bullets' ? (
          <Box key={paragraph.key} component="ul" sx={{ mt: 0, mb: 1, pl: 2.5, overflowWrap: 'anywhere' }}>
            {paragraph.items.map((item, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: bullets have no identity but their place
              <Typography key={index} component="li" variant="body1">
                {item}
              </Typography>
            ))}
          </Box>
        ) : (
          <Typography
            key={paragraph.key}
            variant="body1"
            sx={{ mb: 1, whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}
          >
            {paragraph.text}
          </Typography>
        ),
      )}
    </>
  )
}
