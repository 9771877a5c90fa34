import type { Metadata } from 'next'
import { Mark } from '@/ui/Mark'
import { SampleReport } from './SampleReport'

const description =
  'Self-hosted analytics: drop a CSV, Excel, JSON or Parquet file, ask questions of every row, and download tables, ' +
  'charts and printable PDF reports. Your data stays on your own machine.'

export const metadata: Metadata = {
  title: { absolute: 'Tablewright: from file to report, on your own machine' },
  description,
  openGraph: {
    type: 'website',
    siteName: 'Tablewright',
    title: 'From file to report, on your own machine',
    description,
  },
  twitter: { card: 'summary', title: 'Tablewright', description },
  robots: { index: true, follow: true },
}

const steps = [
  {
    title: 'Drop a file',
    text: 'Any size your disk holds. Uploads resume where they stopped, also after a reload.',
  },
  {
    title: 'See what is in it',
    text: 'Types decided on the whole file, a profile of every column, and a first chart, without a form to fill in.',
  },
  {
    title: 'Ask',
    text: 'Filter, group and measure in plain steps. Answers come from all rows, never from a sample.',
  },
  {
    title: 'Hand it on',
    text: 'A paged PDF with real text and repeated table heads, a typed Excel workbook, or CSV.',
  },
]

const formats = [
  { name: 'CSV and other text', code: '.csv .tsv .txt' },
  { name: 'Spreadsheets', code: '.xlsx .xls .xlsb .ods' },
  { name: 'JSON', code: '.json .jsonl' },
  { name: 'XML and HTML tables', code: '.xml .html' },
  { name: 'YAML', code: '.yaml' },
  { name: 'SQL dumps', code: '.sql' },
  { name: 'Parquet', code: '.parquet' },
  { name: 'Compressed', code: '.zip .gz .bz2 .xz .zst' },
]

const facts = [
  {
    title: 'It runs where you run it',
    text: 'One command starts everything. Nothing is sent to anyone: no telemetry, no fonts or scripts from elsewhere.',
  },
  {
    title: 'Files are read in a locked room',
    text: 'Every file is parsed and every question is run in a separate process with hard limits on memory, time and disk.',
  },
  {
    title: 'Made for every reader',
    text: 'Every chart can be walked by keyboard and read as a table. Light and dark, from a phone to a wide screen.',
  },
]

export default function Landing() {
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="wrap bar">
        <a className="brand" href="/" aria-current="page">
          <Mark size={28} />
          Tablewright
        </a>
        <nav aria-label="Main">
          <a href="#how">How it works</a>
          <a href="#formats">Formats</a>
          <a href="#trust">Security</a>
          <a className="button quiet" href="/sign-in/">
            Sign in
          </a>
        </nav>
      </header>

      <main id="main">
        <section className="wrap hero">
          <div>
            <h1>From file to report, on your own machine.</h1>
            <p className="lead">
              Tablewright turns the files you already have into tables, charts and printable reports. Drop one
              in, ask it something, and hand on the answer.
            </p>
            <div className="actions">
              <a className="button" href="/app/">
                Open your workspace
              </a>
              <a className="button quiet" href="#how">
                How it works
              </a>
            </div>
            <p className="fine">Free and open source under the Apache License 2.0.</p>
          </div>
          <figure className="sheet">
            <SampleReport />
            <figcaption>A page of a report. The figures are made up for this picture.</figcaption>
          </figure>
        </section>

        <section className="band" id="how" aria-labelledby="how-title">
          <div className="wrap">
            <h2 id="how-title">Four steps, and no form before the first chart</h2>
            <ol className="steps">
              {steps.map((step, index) => (
                <li key={step.title}>
                  <span className="number" aria-hidden="true">
                    {index + 1}
                  </span>
                  <h3>{step.title}</h3>
                  <p>{step.text}</p>
                </li>
              ))}
            </ol>
          </div>
        </section>

        <section className="band sunk" id="formats" aria-labelledby="formats-title">
          <div className="wrap receipt">
            <div>
              <h2 id="formats-title">Nothing is lost, nothing is guessed in silence</h2>
              <p className="sub">
                Every load comes with a receipt. Rows that could not be read are kept with their position and
                the reason, and each decision, such as the separator or a column’s type, shows its evidence.
              </p>
              <ul className="formats" aria-label="Formats that can be read">
                {formats.map((format) => (
                  <li key={format.name}>
                    {format.name} <code>{format.code}</code>
                  </li>
                ))}
              </ul>
            </div>
            <dl className="ledger">
              <div>
                <dt>Rows seen</dt>
                <dd>90,311</dd>
              </div>
              <div>
                <dt>Loaded</dt>
                <dd>90,294</dd>
              </div>
              <div>
                <dt>Set aside, with the reason</dt>
                <dd>17</dd>
              </div>
              <div>
                <dt>Separator</dt>
                <dd>semicolon</dd>
              </div>
            </dl>
          </div>
        </section>

        <section className="band" id="trust" aria-labelledby="trust-title">
          <div className="wrap">
            <h2 id="trust-title">Yours, and careful with it</h2>
            <ul className="facts">
              {facts.map((fact) => (
                <li key={fact.title}>
                  <h3>{fact.title}</h3>
                  <p>{fact.text}</p>
                </li>
              ))}
            </ul>
          </div>
        </section>
      </main>

      <footer className="wrap foot">
        <span>Tablewright</span>
        <a href="/sign-in/">Sign in to this installation</a>
      </footer>
    </>
  )
}
