'use client'

import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import NextLink from 'next/link'
import { useRouter } from 'next/navigation'
import { Fragment, useEffect, useMemo, useState } from 'react'
import type { DatasetDetail } from '@/api/types'
import { paths } from '@/config/paths'
import { datasetQueries, renameDataset } from '@/features/datasets/api'
import { Doubts, receiptOf } from '@/features/datasets/components/Doubts'
import { Relations } from '@/features/datasets/components/Relations'
import { doubtsOf } from '@/features/datasets/model'
import { useDatasetDeletion } from '@/features/datasets/useDatasetDeletion'
import { useAddress } from '@/lib/address'
import { sourceOf } from '@/lib/ask'
import { download } from '@/lib/downloads'
import { countOf, formatBytes, formatCount } from '@/lib/format'
import { toProblem } from '@/lib/problem'
import { useMay } from '@/lib/session'
import { ActionMenu } from '@/ui/ActionMenu'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { EditableTitle } from '@/ui/EditableTitle'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { hidden } from '@/ui/hidden'
import { Loading } from '@/ui/Loading'
import { nothing } from '@/ui/nothing'
import { useNotify } from '@/ui/notify'
import { PageHeader } from '@/ui/PageHeader'
import { part } from '@/ui/part'
import { Tabs } from '@/ui/Tabs'
import { DeliveryPanel, useDelivery } from '@/ui/useDelivery'

const loading = () => <Loading label="Loading the view" rows={4} />
const table = part(() => import('./TableView').then((module) => module.TableView), loading)
const look = part(
  () => import('./TableView').then((module) => module.FirstLook),
  ({ source }) => <LooksRoom rowCount={source.rowCount} />,
)
const TableView = table.Part
const FirstLook = look.Part
const Findings = dynamic(() => import('@/features/dashboards/components/Findings'), {
  loading: () => <Card sx={{ mb: 4, minHeight: { xs: 220, sm: 132 } }}>{null}</Card>,
})
const ReceiptView = dynamic(
  () => import('@/features/datasets/components/ReceiptView').then((module) => module.ReceiptView),
  { loading },
)
const Versions = dynamic(
  () => import('@/features/datasets/components/Versions').then((module) => module.Versions),
  { loading },
)
const MappingView = dynamic(
  () => import('@/features/datasets/components/MappingView').then((module) => module.MappingView),
  { loading },
)
const PendingBanner = dynamic(
  () => import('@/features/datasets/components/PendingBanner').then((module) => module.PendingBanner),
  { loading: nothing },
)
const Rules = dynamic(() => import('./Rules'), { loading })
const ColumnProfiles = dynamic(
  () => import('@/features/datasets/components/ColumnProfiles').then((module) => module.ColumnProfiles),
  { loading },
)
const EngineDialog = dynamic(
  () => import('@/features/datasets/components/EngineDialog').then((module) => module.EngineDialog),
  { loading: nothing },
)
const EarlierVersion = dynamic(
  () => import('@/features/datasets/components/EarlierVersion').then((module) => module.EarlierVersion),
  { loading: nothing },
)
const NextFile = dynamic(
  () => import('@/features/uploads/components/NextFile').then((module) => module.NextFile),
  { loading: nothing },
)

/** What is proposed first takes most of a window: what stands below it must not be seen and pushed away. */
const LooksRoom = ({ rowCount }: { rowCount: number }) =>
  rowCount > 0 ? <Box aria-hidden sx={{ minHeight: { xs: 1000, sm: 374 }, mb: 4 }} /> : null

const views = [
  { value: 'table', label: 'Table' },
  { value: 'columns', label: 'Columns' },
  { value: 'receipt', label: 'Receipt' },
  { value: 'mapping', label: 'Mapping' },
  { value: 'rules', label: 'Rules' },
  { value: 'versions', label: 'Versions' },
] as const
const wholeOnly: ReadonlySet<string> = new Set(['receipt', 'mapping'])
const nextOnly: ReadonlySet<string> = new Set(['mapping', 'rules'])

export default function Page() {
  const [id] = useAddress('id')
  const [version] = useAddress('version')
  const [asOf] = useAddress('as_of')
  const [tab] = useAddress('tab')
  useEffect(() => {
    if (tab !== null && tab !== 'table') return
    table.prepare()
    look.prepare()
  }, [tab])
  const { data, error, refetch } = useQuery({
    ...datasetQueries.detail(id ?? '', { version, asOf }),
    enabled: id !== null,
  })
  if (!id) {
    return (
      <EmptyState
        title="Which dataset?"
        action={
          <Button component={NextLink} href={paths.data} variant="outlined">
            All datasets
          </Button>
        }
      >
        This address names none.
      </EmptyState>
    )
  }
  if (error) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Loading label="Loading the dataset" rows={8} />
  return <DatasetPage dataset={data} />
}

function DatasetPage({ dataset }: { dataset: DatasetDetail }) {
  const [wanted, setTab] = useAddress('tab')
  const isCurrent = dataset.version.is_current
  // Receipt and mapping speak of all rows; mapping and rules are for what comes after the current version.
  const tabs = views.filter(
    (one) => !(dataset.is_part && wholeOnly.has(one.value)) && (isCurrent || !nextOnly.has(one.value)),
  )
  const tab = tabs.find((one) => one.value === wanted)?.value ?? 'table'
  const router = useRouter()
  const queries = useQueryClient()
  const notify = useNotify()
  const delivery = useDelivery()
  const remove = useDatasetDeletion()
  const mayEdit = useMay('datasets.edit')
  const mayLoad = useMay('datasets.load')
  const mayExport = useMay('exports.create')
  const [choosing, setChoosing] = useState(false)
  const [choosingEngine, setChoosingEngine] = useState(false)
  const source = useMemo(() => sourceOf(dataset), [dataset])
  const aside = dataset.receipt?.rows_quarantined ?? 0
  const doubts = doubtsOf(dataset).length
  const toLookAt = [
    ...(aside > 0 ? [`${countOf(aside, 'row')} set aside`] : []),
    ...(doubts > 0 ? [countOf(doubts, 'doubt')] : []),
  ]

  const rename = (name: string) =>
    renameDataset(dataset.id, name)
      .then(() => queries.invalidateQueries({ queryKey: ['datasets'] }))
      .catch((error) => notify(toProblem(error).message))
  const fetchSource = () =>
    dataset.source &&
    download({ kind: 'file', id: dataset.source.file_id }).catch((error) => notify(toProblem(error).message))

  return (
    <>
      <PageHeader
        title={dataset.name}
        heading={
          <EditableTitle value={dataset.name} label="Rename dataset" editable={mayEdit} onChange={rename} />
        }
        facts={
          <>
            {!isCurrent && <>Version {formatCount(dataset.version.number)} · </>}
            {countOf(dataset.row_count, 'row')} · {countOf(dataset.column_count, 'column')} ·{' '}
            {dataset.is_part ? 'the part that you may see' : formatBytes(dataset.byte_count)}
            {dataset.source && <> · from {dataset.source.filename}</>}
            {toLookAt.map((words) => (
              <Fragment key={words}>
                {' · '}
                <Box
                  component={NextLink}
                  href={receiptOf(dataset)}
                  sx={{ color: 'warning.main', textUnderlineOffset: 3 }}
                >
                  {words}
                </Box>
              </Fragment>
            ))}
          </>
        }
        actions={
          <>
            <ActionMenu
              label="Dataset actions"
              actions={[
                ...(isCurrent
                  ? [{ label: 'Propose a dashboard', run: () => router.push(paths.proposal(dataset.id)) }]
                  : []),
                ...(mayExport && isCurrent
                  ? [
                      {
                        label: 'Download CSV',
                        run: () => void delivery.csv({ kind: 'dataset', id: dataset.id }),
                      },
                      {
                        label: 'Download Excel',
                        run: () =>
                          void delivery.excel(`Excel of ${dataset.name}`, {
                            kind: 'dataset',
                            id: dataset.id,
                          }),
                      },
                    ]
                  : []),
                ...(dataset.source && !dataset.is_part
                  ? [{ label: 'Download source file', run: () => void fetchSource() }]
                  : []),
                ...(mayEdit
                  ? [
                      { label: 'Choose the engine …', run: () => setChoosingEngine(true) },
                      {
                        label: 'Delete dataset',
                        danger: true,
                        run: () =>
                          void remove(dataset).then((gone) => {
                            if (gone) router.push(paths.data)
                          }),
                      },
                    ]
                  : []),
              ]}
            />
            {isCurrent && mayLoad && mayEdit && !dataset.is_part && (
              <Button variant="outlined" onClick={() => setChoosing(true)}>
                Load the next file
              </Button>
            )}
            {isCurrent && (
              <Button component={NextLink} href={paths.ask(dataset.id)} variant="contained">
                Ask
              </Button>
            )}
          </>
        }
      />
      <DeliveryPanel delivery={delivery} />
      {!isCurrent && <EarlierVersion dataset={dataset} />}
      {choosing && (
        <NextFile
          dataset={{
            id: dataset.id,
            name: dataset.name,
            columns: dataset.schema,
            keys: dataset.keys.primary_key,
          }}
          onClose={() => setChoosing(false)}
        />
      )}
      {choosingEngine && <EngineDialog dataset={dataset} onClose={() => setChoosingEngine(false)} />}
      {isCurrent && dataset.pending_count > 0 && <PendingBanner dataset={dataset} />}
      {tab === 'table' && <Doubts key={dataset.version.id} dataset={dataset} />}
      <Relations dataset={dataset} />
      {isCurrent && tab === 'table' && dataset.row_count > 0 && (
        <Findings datasetId={dataset.id} versionId={dataset.version.id} />
      )}
      {isCurrent && tab === 'table' && <FirstLook source={source} />}
      <Tabs
        label="Views of the dataset"
        tabs={tabs}
        value={tab}
        onChange={(next) => setTab(next === 'table' ? null : next)}
        panels
        sx={{ mb: 2.5 }}
      />
      <Box role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        <Typography component="h2" sx={hidden}>
          {tabs.find((one) => one.value === tab)?.label}
        </Typography>
        {tab === 'table' && <TableView dataset={dataset} source={source} />}
        {tab === 'columns' && <ColumnProfiles dataset={dataset} />}
        {tab === 'receipt' && <ReceiptView dataset={dataset} />}
        {tab === 'mapping' && <MappingView dataset={dataset} />}
        {tab === 'rules' && <Rules dataset={dataset} />}
        {tab === 'versions' && <Versions dataset={dataset} />}
      </Box>
    </>
  )
}
