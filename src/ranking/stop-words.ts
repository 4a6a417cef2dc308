/**
 * Words of a query that say nothing about where the answer lies: English function words, words of issue
 * templates, and keywords of programming languages. They stay searchable: only ranked queries that have
 * other words pass over them.
 */

const ENGLISH =
  'a about after again all also am an and another any anyone anything are around as at away back be because been ' +
  'before being below between both but by can cannot could did didn do does doesn doing don done down during each either else ' +
  'enough etc even ever every everything few first for from further gave get gets getting give given gives go goes going gone ' +
  'got had has have having he hence her here hers him his how however if in instead into is isn it its itself just know last ' +
  'least less let like likely look looks made make makes many may maybe me might more most much must my need needs never no nor ' +
  'not nothing now of off often on once one only onto or other others our out over own per please possible probably put quite ' +
  'rather really said same saw say says see seem seems seen she should show shows since so some someone something sometimes ' +
  'still such sure take takes than thank thanks that the their them then there these they thing things think this those though ' +
  'through thus to together too try trying two under until up upon us use used useful uses using very via want wants was wasn way ' +
  'we well were what when where whether which while who whole why will with within without won work works would wouldn yes yet ' +
  'you your';

const ISSUE_TEMPLATES =
  'actual actually additional behavior behaviour bug bugs cause caused causes code context currently description describe ' +
  'environment error errors example examples expect expected fail failed failing fails feature following found happen happened ' +
  'happens hello hi issue issues minimal output problem problems question regression related report reproduce reproduced ' +
  'reproducible result results run running seeing snippet solution step steps suggest suggestion support version versions';

const KEYWORDS =
  'async await bool boolean break case catch char class const continue def default double elif else enum except export extends ' +
  'false final finally float fn func function if import in include int interface lambda let long namespace new nil none null ' +
  'package pass print private protected public raise return self static str string struct super switch this throw throws true ' +
  'try type typeof undefined unsigned var void while with yield';

const STOP_WORDS: ReadonlySet<string> = new Set(
  `${ENGLISH} ${ISSUE_TEMPLATES} ${KEYWORDS}`.split(' '),
);

export function isStopWord(term: string): boolean {
  return STOP_WORDS.has(term);
}
