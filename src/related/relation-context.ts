/** What every relation of one question needs: the index, what was found so far, and how code is read. */
import type { Deadline } from '../search/deadline.ts';
import type { CodeReader } from './code-reader.ts';
import type { Draft } from './draft.ts';
import type { NameDistances } from './name-distance.ts';
import type { RelatedView } from './ports.ts';

export interface RelationContext {
  readonly view: RelatedView;
  readonly draft: Draft;
  readonly code: CodeReader;
  readonly distances: NameDistances;
  readonly deadline: Deadline;
}
