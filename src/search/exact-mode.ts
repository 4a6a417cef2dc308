import { AppError } from '../errors/app-error.ts';
import type { SearchReply, SearchRequest } from '../model/search.ts';
import type { IndexView } from './ports.ts';
export function searchExact(_view: IndexView, _request: SearchRequest, _o: object): SearchReply { throw new AppError('NOT_READY', 'tmp'); }
