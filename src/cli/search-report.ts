/**
 * A search reply as lines for people: a header for each result (`path:first-last`, symbol, score),
 * its lines with numbers, matches marked, then what was left out, or why nothing was found.
 */
import type { SearchReply, SearchResult, TextMatch } from '../model/search.ts';
import { formatCount, toSafeText, type Styles } from './terminal.ts';

/** Gives the lines without line ends. Control characters of files are made visible. */
export function formatSearchReply(reply: SearchReply, styles: Styles): string[] {
  const lines =
    reply.results.length === 0
      ? formatNothing(reply)
      : reply.results.flatMap((result) => formatResult(result, styles));
  return [...lines, ...formatFooter(reply).map((line) => styles.dim(line))];
}

function formatResult(result: SearchResult, styles: Styles): string[] {
  const { metadata } = result;
  const place = `${metadata.connector_id === undefined ? '' : `${metadata.connector_id}:`}${metadata.file_path}`;
  const symbol = metadata.symbol === undefined ? '' : `  ${metadata.chunk_type} ${metadata.symbol}`;
  const head =
    styles.cyan(`${toSafeText(place)}:${metadata.start_line}`) +
    toSafeText(symbol) +
    styles.dim(`  ${metadata.language}  ${result.score.toFixed(2)}`);
  return [head, ...formatContent(result, styles), ''];
}

/** Numbers the lines; a matching line is marked by `:` and its matches are bold, others by `-`, as grep does. */
function formatContent({ content, metadata }: SearchResult, styles: Styles): string[] {
  const matching = new Set(metadata.match_lines);
  const text = content.endsWith('\n') ? content.slice(0, -1) : content;
  const width = String(metadata.end_line).length;
  return text.split('\n').map((line, index) => {
    const number = metadata.start_line + index;
    const isMatch = matching.has(number);
    const matches = (metadata.matches ?? []).filter((match) => match.line === number);
    const shown =
      metadata.line_cut === true ? toSafeText(line) : markMatches(line, matches, styles);
    const label = `${String(number).padStart(width)}${isMatch ? ':' : '-'}`;
    return `  ${isMatch ? styles.green(label) : styles.dim(label)} ${shown}`;
  });
}

/** Columns are 1-based bytes, end exclusive; matches that overlap or lie outside are left unmarked. */
function markMatches(line: string, matches: readonly TextMatch[], styles: Styles): string {
  const bytes = Buffer.from(line);
  const sorted = matches.toSorted((left, right) => left.column - right.column);
  let shown = '';
  let fromByte = 0;
  for (const { column, end_column } of sorted) {
    const startByte = column - 1;
    if (startByte < fromByte || startByte >= bytes.length) continue;
    const endByte = Math.min(end_column - 1, bytes.length);
    shown += toSafeText(bytes.toString('utf8', fromByte, startByte));
    shown += styles.bold(styles.red(toSafeText(bytes.toString('utf8', startByte, endByte))));
    fromByte = endByte;
  }
  return shown + toSafeText(bytes.toString('utf8', fromByte));
}

function formatNothing({ zero_reason: reason }: SearchReply): string[] {
  const nearest = reason?.nearest ?? [];
  return [
    `Nothing found: ${reason?.message ?? 'no document answers.'}`,
    ...(reason?.filter === undefined
      ? []
      : [`The filter ${reason.filter} removed the last results.`]),
    ...(nearest.length === 0 ? [] : [`Nearest: ${nearest.map(toSafeText).join(', ')}`]),
  ];
}

function formatFooter(reply: SearchReply): string[] {
  const about = reply.total_is_estimate === true ? 'about ' : '';
  const files =
    reply.total_files === undefined ? '' : ` in ${formatCount(reply.total_files)} files`;
  const unit = reply.total_files === undefined ? 'results' : 'matching lines';
  const next = reply.offset + reply.results.length;
  return [
    `${about}${formatCount(reply.total_count)} ${unit}${files}, ${Math.round(reply.query_time_ms)} ms`,
    ...(reply.has_more ? [`More with --offset ${next}.`] : []),
    ...(reply.truncated ? [`Cut short by ${reply.truncated_by ?? 'limit'}.`] : []),
    ...(reply.coverage === undefined
      ? []
      : [`The index is not complete: ${reply.coverage.percent} % of the files are in it.`]),
    ...(reply.note === undefined ? [] : [reply.note]),
  ];
}
