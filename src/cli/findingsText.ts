/** What `coroscope run` says of findings when the program is over: for people, or one JSON object a line. */
import type { FactBody, Location } from '../link/protocol.js';
import { droppedFindings, findingHeadline, findingsHeading } from '../model/findings.js';
import { safeText } from './terminalText.js';

type Findings = FactBody<'findings'>;

export function findingsAsText({ findings, dropped }: Findings): string {
  const lines = ['', `coroscope: ${findingsHeading(findings.length)}`];
  for (const finding of findings) {
    lines.push(`  ${findingHeadline(finding)}`, `    ${finding.whatToDo}`);
    for (const { label, location } of finding.places) lines.push(`    ${label}: ${placed(location)}`);
  }
  const more = droppedFindings(dropped);
  if (more !== undefined) lines.push(`  ${more}`);
  return lines.map((line) => `${safeText(line)}\n`).join('');
}

/**
 * A line `{"finding": {kind, severity, message, advice, times, coroutine, places}}` for each, `places` being a list of
 * `{label, path, line}` (`path` is absent for generated code), and `{"droppedFindings": n}` when there were more than are kept.
 */
export function findingsAsJson({ findings, dropped }: Findings): string {
  const lines: object[] = findings.map(({ kind, severity, what, whatToDo, times, coroutine, places }) => ({
    finding: {
      kind,
      severity,
      message: what,
      advice: whatToDo,
      times,
      coroutine,
      places: places.map(({ label, location: { path, line } }) => ({ label, path, line })),
    },
  }));
  if (dropped > 0) lines.push({ droppedFindings: dropped });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function placed({ path, name, line }: Location): string {
  return `${path ?? name}:${line}`;
}
