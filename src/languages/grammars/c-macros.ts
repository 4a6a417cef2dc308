/**
 * Attribute macros of C sources, blanked before parsing. A parser that does not expand macros reads
 * `static int __init probe(void)` as two broken declarations, and recovering costs it more time than the
 * whole function. Every macro is replaced by as many blanks, so that all offsets stay what they were.
 *
 * Three sorts go: attribute words that are known by name; words of two leading underscores right before
 * a name; and, in the head of a function at the start of a line, a word that cannot be part of its type.
 */

/** Attribute words of wide-spread C code, with their arguments: blanked wherever they stand. */
const KNOWN_WORD =
  '\\b(?:__(?:packed|aligned|read_mostly|ro_after_init|init|exit|initdata|initconst|exitdata|exit_p|net_init|' +
  'net_exit|net_initdata|meminit|cpuinit|devinit|devexit|devinitdata|maybe_unused|used|unused|always_unused|' +
  'cacheline_aligned(?:_in_smp)?|___cacheline\\w*|randomize_layout|no_randomize_layout|must_check|printf|scanf|' +
  'malloc|percpu|refdata|ref|section|weak|pure|acquires|releases|acquire|release|must_hold|cond_lock|cold|hot|' +
  'visible|counted_by|guarded_by|nonstring|user|iomem|rcu|force|bitwise|kernel|nocast|private|always_inline|' +
  'noreturn|deprecated|designated_init|sched|kprobes|lockfunc|no_sanitize\\w*|no_kasan\\w*|no_kcsan|latent_entropy|' +
  'attribute_const__|assume_aligned|alloc_size|noclone|flatten|externally_visible|page_aligned\\w*|bss_\\w+|entry|' +
  'ftrace_\\w+|irq_entry|softirq_entry|exception_irq_entry|setup|head|gfp_t_|stackprotector|nostackprotector|poll)|' +
  '____cacheline_\\w+|asmlinkage|noinline(?:_for_stack)?|notrace|noinstr|nokprobe_inline|' +
  'inline_for_extension|G_GNUC_\\w+|ATTRIBUTE_UNUSED|ALWAYS_INLINE|FORCE_INLINE)\\b' +
  '(?:[ \\t]*\\((?:[^()\\n]|\\([^()\\n]*\\))*\\))?';
/** A lower case word of two leading underscores right before a name or a pointer. */
const PREFIX_WORD = '\\b__[a-z][a-z0-9_]*\\b(?=\\s+[A-Za-z_]|[ \\t]+\\*)';
/** Lines of the preprocessor define such words and are passed over; a tag after `struct` is a name. */
const PASSED_OVER = '^[ \\t]*#.*$|\\b(?:struct|union|enum|goto)[ \\t]+\\w+';
const WORDS = new RegExp(`${PASSED_OVER}|${KNOWN_WORD}|${PREFIX_WORD}`, 'gm');
const KNOWN_WORDS = new RegExp(`${PASSED_OVER}|${KNOWN_WORD}`, 'gm');
/** `class EXPORT_MACRO Name` before its bases or body. */
const CLASS_MACRO =
  /\b(class|struct|union)\s+([A-Z][A-Z0-9_]*(?:\([^()\n]*\))?)(?=\s+[A-Za-z_]\w*\s*(?:final\s*)?[:{])/g;
/** A macro alone on its line, such as one that opens a namespace. */
const LONE_MACRO =
  /^[ \t]*[A-Z][A-Z0-9]*_[A-Z0-9_]+[ \t]*$|^[A-Z][A-Z0-9]*_[A-Z0-9_]*\([^()\n]*\)[ \t]*$(?!\s*[{:;,)])/gm;
/** Macros with an underscore before a keyword, destructor or constructor: `LIB_CONSTEXPR auto begin()`. */
const LEADING_MACRO =
  /^[ \t]*(?:[A-Z][A-Z0-9]*_[A-Z0-9_]*(?:\([^()\n]*\))?[ \t]+)+(?=(?:class|struct|union|enum|template|static|inline|virtual|explicit|constexpr|const|auto|void|bool|int|char|unsigned|double|float|friend|using|typedef|namespace|extern|operator)\b|~|[A-Za-z_]\w*[ \t]*\(|[A-Za-z_][\w:]*(?:<[^;(){}]*>)?[ \t*&]+\w+[ \t]*[;=])/gm;
/** Such a macro behind a specifier: `constexpr LIB_INLINE value(int x)`. */
const MIDDLE_MACRO =
  /\b(constexpr|explicit|inline|static|virtual|friend|extern)([ \t]+[A-Z][A-Z0-9]*_[A-Z0-9_]*)(?=[ \t]+[A-Za-z_~])/g;
/** One between the parameters and the body: `void f() LIB_EXCLUDES(mutex_) {`. */
const TRAILING_MACRO =
  /\)(\s*(?:(?:const|noexcept|override)\s+)*)([A-Z][A-Z0-9]*_[A-Z0-9_]*(?:\([^()\n]*\))?)(?=\s*[{;])/g;
const KEPT =
  /^[ \t]*#|^(?:struct|union|enum|goto)\b|_t$|^__(?:[us]\d+|[bl]e\d+|wsum|sum16|u?int\d*|float\d+|complex|thread|typeof|typeof__|alignof|extension__|attribute|attribute__|asm|asm__|volatile|volatile__|inline|inline__|const|const__|signed|signed__|restrict|restrict__|builtin\w*|declspec|cdecl|stdcall|fastcall|unaligned|real__|imag__|label__|auto_type)$/;

/** The head of a function up to its parenthesis: words and stars from the start of a line. */
const FUNCTION_HEAD = /^(?:[A-Za-z_]\w*(?:\([^()\n]{0,80}\))?[ \t*]+){2,6}[A-Za-z_]\w*[ \t]*\(/gm;

const TYPE_WORDS: ReadonlySet<string> = toSet(
  'static extern inline __inline __inline__ const volatile register unsigned signed long short int char void ' +
    'float double bool _Bool struct union enum constexpr virtual explicit friend typedef',
);
const NO_HEAD: ReadonlySet<string> = toSet(
  'return else case goto do if while for switch sizeof new delete throw using namespace template class public ' +
    'operator typedef',
);

/** Gives the text with attribute macros replaced by blanks; the length does not change. */
export function blankAttributeMacros(text: string): string {
  const plain = text.replace(WORDS, (word) => (KEPT.test(word) ? word : blank(word)));
  return plain.replace(FUNCTION_HEAD, blankHead);
}

/**
 * The same for C++, without the rule on leading underscores (library sources name everything so), and with the
 * macro between `class` and the name.
 */
export function blankClassMacros(text: string): string {
  const plain = text
    .replace(KNOWN_WORDS, (word) => (KEPT.test(word) ? word : blank(word)))
    .replace(LONE_MACRO, blank)
    .replace(LEADING_MACRO, blank)
    .replace(MIDDLE_MACRO, (_all, word: string, macro: string) => word + blank(macro))
    .replace(TRAILING_MACRO, (_all, between: string, macro: string) => `)${between}${blank(macro)}`)
    .replace(CLASS_MACRO, (head, _keyword: string, macro: string) =>
      head.replace(macro, blank(macro)),
    );
  return plain.replace(FUNCTION_HEAD, blankHead);
}

/** Blanks of the same length that keep line ends. */
function blank(word: string): string {
  return word.includes('\n') ? word.replace(/[^\n]/g, ' ') : ' '.repeat(word.length);
}

function blankHead(head: string): string {
  const words = Array.from(head.matchAll(/[A-Za-z_]\w*(?:\([^()\n]*\))?/g));
  const name = words.pop();
  if (name === undefined || words.some(([word]) => NO_HEAD.has(word))) return head;
  const unknown = listUnknown(words.map((match) => ({ word: match[0], index: match.index })));
  const hasType = words.some(([word]) => isBasicType(word)) || /\b(struct|union|enum)\b/.test(head);
  const macros = hasType ? unknown : pickMacros(unknown);
  let result = head;
  for (const { word, index } of macros) {
    result = result.slice(0, index) + ' '.repeat(word.length) + result.slice(index + word.length);
  }
  return result;
}

interface Word {
  readonly word: string;
  readonly index: number;
}

/** Words that are no keyword, and not the tag after `struct`. */
function listUnknown(words: readonly Word[]): readonly Word[] {
  return words.filter(({ word }, at) => {
    if (TYPE_WORDS.has(word)) return false;
    return !['struct', 'union', 'enum'].includes(words[at - 1]?.word ?? '');
  });
}

/** Of several words that could be the type, all but one are macros: upper case ones, else all but the last. */
function pickMacros(words: readonly Word[]): readonly Word[] {
  if (words.length < 2) return [];
  const upper = words.filter(({ word }) => /^[A-Z][A-Z0-9_]*(?:\(|$)/.test(word));
  if (upper.length > 0 && upper.length < words.length) return upper;
  return words.slice(0, -1);
}

function isBasicType(word: string): boolean {
  return /^(?:unsigned|signed|long|short|int|char|void|float|double|bool|_Bool)$/.test(word);
}

function toSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
