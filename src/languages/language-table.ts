/**
 * The languages that are told apart, one line each: id | name | suffixes | file names | interpreters |
 * MIME type | comments. A list is separated by blanks and may be empty; an empty MIME type stands for
 * `text/x-<id>`; comments name a style of `languages.ts`. Ids are part of the product: they are what
 * `filters.languages` and `metadata.language` say, and docs/languages.md lists them.
 *
 * Suffixes start with a dot, file names do not hold a slash; both are compared in lower case. The first
 * line that claims a suffix or name owns it; no two lines may claim the same (tested).
 */
export const LANGUAGE_TABLE = `
ada | Ada | .adb .ads | | | | dash
agda | Agda | .agda .lagda | | | | haskell
apex | Apex | .apex .trigger | | | | c
arduino | Arduino | .ino | | | | c
asciidoc | AsciiDoc | .adoc .asciidoc | | | text/asciidoc | c
assembly | Assembly | .asm .s .nasm .a51 | | | text/x-asm | assembly
astro | Astro | .astro | | | | html
autohotkey | AutoHotkey | .ahk | | | | semicolon
awk | AWK | .awk .gawk | | awk gawk mawk nawk | | hash
ballerina | Ballerina | .bal | | | | c
bash | Shell | .sh .bash .zsh .ksh .bats .ebuild .eclass | .bashrc .bash_profile .bash_aliases .bash_logout .profile .zshrc .zshenv .zprofile .envrc apkbuild pkgbuild gradlew mvnw | sh bash zsh ksh dash ash | text/x-shellscript | hash
batch | Batch | .bat .cmd | | | | batch
bazel | Bazel | .bzl .bazel .star | workspace tiltfile | | text/x-starlark | hash
bibtex | BibTeX | .bib | | | text/x-bibtex | percent
bicep | Bicep | .bicep | | | | c
bitbake | BitBake | .bb .bbappend .bbclass | | | | hash
c | C | .c .h .idc | | | text/x-csrc | c
cairo | Cairo | .cairo | | | | c
capnp | Cap'n Proto | .capnp | | | | hash
clojure | Clojure | .clj .cljs .cljc .edn | | bb clojure | | semicolon
cmake | CMake | .cmake | cmakelists.txt | | | hash
cobol | COBOL | .cob .cbl .cobol .cpy | | | | none
coffeescript | CoffeeScript | .coffee .cjsx .iced | cakefile | coffee | | hash
common-lisp | Common Lisp | .lisp .lsp .asd | | sbcl clisp | text/x-common-lisp | semicolon
cpp | C++ | .cpp .cc .cxx .c++ .hpp .hh .hxx .h++ .ipp .tpp .txx .inl .cppm .ixx | | | text/x-c++src | c
crystal | Crystal | .cr | | crystal | | hash
csharp | C# | .cs .csx | | dotnet-script | text/x-csharp | c
css | CSS | .css | | | text/css | css
csv | CSV | .csv | | | text/csv | none
cuda | CUDA | .cu .cuh | | | | c
cue | CUE | .cue | | | | c
cython | Cython | .pyx .pxd .pxi | | | | hash
d | D | .d .di | | rdmd | | c
dart | Dart | .dart | | dart | | c
devicetree | Devicetree | .dts .dtsi .dtso .overlay | | | | c
diff | Diff | .diff .patch | | | text/x-diff | none
dockerfile | Dockerfile | .dockerfile .containerfile | dockerfile containerfile | | | hash
dotenv | Dotenv | .env | .env.example .env.sample .env.template | | | hash
editorconfig | EditorConfig | | .editorconfig | | | ini
ejs | EJS | .ejs .eta | | | | html
elixir | Elixir | .ex .exs .eex .heex .leex | mix.lock | elixir | | hash
elm | Elm | .elm | | | | haskell
emacs-lisp | Emacs Lisp | .el | .emacs cask | emacs | | semicolon
erlang | Erlang | .erl .hrl .xrl .yrl | rebar.config | escript | | percent
fennel | Fennel | .fnl | | fennel | | semicolon
fish | Fish | .fish | | fish | | hash
fortran | Fortran | .f .for .f77 .f90 .f95 .f03 .f08 .ftn | | | | bang
fsharp | F# | .fs .fsi .fsx | | | | fsharp
gdscript | GDScript | .gd | | | | hash
gherkin | Gherkin | .feature | | | | hash
gitattributes | Git attributes | | .gitattributes | | | hash
gitconfig | Git config | .gitconfig | .gitmodules | | | ini
gitignore | Ignore list | .gitignore .dockerignore .npmignore .eslintignore .prettierignore .conexusignore | codeowners | | | hash
gleam | Gleam | .gleam | | | | slashes
glsl | GLSL | .glsl .vert .frag .geom .tesc .tese .comp .vsh .fsh | | | | c
gn | GN | .gn .gni | | | | hash
gnuplot | Gnuplot | .gp .gnuplot .plt | | gnuplot | | hash
go | Go | .go | | | text/x-go | c
go-module | Go module | | go.mod go.work | | text/x-go-module | slashes
graphql | GraphQL | .graphql .gql .graphqls | | | application/graphql | hash
groovy | Groovy | .groovy .gvy .gradle | jenkinsfile | groovy | | c
haml | Haml | .haml | | | | none
handlebars | Handlebars | .hbs .handlebars .mustache | | | | html
haskell | Haskell | .hs .lhs .hs-boot .hsc | | runhaskell runghc stack | | haskell
haxe | Haxe | .hx | | | | c
hcl | HCL | .hcl .nomad | | | | hcl
hlsl | HLSL | .hlsl .fx .hlsli | | | | c
html | HTML | .html .htm .xhtml | | | text/html | html
idl | IDL | .idl .webidl .widl | | | | c
idris | Idris | .idr .lidr | | | | haskell
ini | INI | .ini .cfg .conf .desktop .service .socket .timer .mount .prefs | .npmrc .pylintrc .flake8 .coveragerc .pypirc | | | ini
janet | Janet | .janet | | janet | | hash
java | Java | .java .jsh | | | text/x-java | c
javascript | JavaScript | .js .mjs .cjs .es6 .jsm .gs | | node nodejs deno bun qjs | text/javascript | c
jinja | Jinja | .jinja .jinja2 .j2 .njk | | | | jinja
jq | jq | .jq | | jq | | hash
json | JSON | .json .geojson .jsonl .ndjson .webmanifest .topojson .har .avsc .ipynb .map | .babelrc .eslintrc .jshintrc .swcrc .prettierrc .lintstagedrc composer.lock pipfile.lock flake.lock bun.lock | | application/json | none
json5 | JSON with comments | .json5 .jsonc .code-workspace | tsconfig.json jsconfig.json .oxlintrc.json | | application/json5 | c
jsonnet | Jsonnet | .jsonnet .libsonnet | | | | jsonnet
jsx | JavaScript JSX | .jsx | | | text/jsx | c
julia | Julia | .jl | | julia | | hash
just | Just | .just | justfile .justfile | | | hash
kconfig | Kconfig | .kconfig | kconfig kconfig.debug kconfig.platform | | | hash
kotlin | Kotlin | .kt .kts .ktm | | kotlin kotlinc | text/x-kotlin | c
latex | LaTeX | .tex .sty .cls .ltx .dtx | | | text/x-tex | percent
lean | Lean | .lean | | | | haskell
less | Less | .less | | | text/x-less | c
linker-script | Linker script | .ld .lds | | | | css
liquid | Liquid | .liquid | | | | html
llvm | LLVM IR | .ll | | | | semicolon
log | Log | .log | | | text/plain | none
lua | Lua | .lua .rockspec .luau | .luacheckrc | lua luajit luau | text/x-lua | lua
makefile | Makefile | .mk .mak .make | makefile gnumakefile kbuild makefile.am makefile.in | make gmake | | hash
markdown | Markdown | .md .markdown .mdown .mkd .mdwn .qmd .rmd | | | text/markdown | html
matlab | MATLAB | .matlab .mlx | | octave | | percent
mdx | MDX | .mdx | | | text/mdx | html
mermaid | Mermaid | .mmd .mermaid | | | | percents
meson | Meson | | meson.build meson.options meson_options.txt | | | hash
mlir | MLIR | .mlir .td | | | | slashes
mojo | Mojo | .mojo | | mojo | | hash
move | Move | .move | | | | c
nginx | nginx | .nginx .nginxconf | nginx.conf | | | hash
nim | Nim | .nim .nims .nimble | | nim | | hash
ninja | Ninja | .ninja | | | | hash
nix | Nix | .nix | | nix-shell | | nix
nushell | Nushell | .nu | | nu | | hash
objective-c | Objective-C | .m | | | text/x-objectivec | c
objective-cpp | Objective-C++ | .mm | | | text/x-objectivec++ | c
ocaml | OCaml | .ml .mli .mll .mly .eliom | dune dune-project | ocaml | | ocaml
odin | Odin | .odin | | | | c
opencl | OpenCL | .cl .opencl | | | | c
org | Org | .org | | | text/org | hash
pascal | Pascal | .pas .dpr .lpr .dfm | | instantfpc | | pascal
perl | Perl | .pl .pm .t .pod .psgi | cpanfile | perl | text/x-perl | hash
php | PHP | .php .phtml .php3 .php4 .php5 .phpt | | php | application/x-php | php
pkl | Pkl | .pkl .pcf | pklproject | | | c
plaintext | Plain text | .txt .text | license licence copying authors notice readme changelog todo install news contributors maintainers | | text/plain | none
plsql | PL/SQL | .pls .pks .pkb .plsql | | | | sql
po | Gettext | .po .pot | | | text/x-gettext-translation | hash
postscript | PostScript | .ps .eps | | | application/postscript | percent
powershell | PowerShell | .ps1 .psm1 .psd1 | | pwsh powershell | | powershell
prisma | Prisma | .prisma | | | | slashes
prolog | Prolog | .prolog .plg | | swipl | | prolog
properties | Properties | .properties | | | | hash
protobuf | Protocol Buffers | .proto .textproto .pbtxt | | | text/x-protobuf | c
puppet | Puppet | .pp | puppetfile | | | hash
purescript | PureScript | .purs | | | | haskell
python | Python | .py .pyi .pyw .gyp .gypi .wsgi | sconstruct sconscript wscript | python python2 python3 pypy pypy3 uv | text/x-python | hash
qml | QML | .qml .qbs | | | | c
r | R | .r | .rprofile | rscript | | hash
racket | Racket | .rkt .rktl .scrbl | | racket | | semicolon
razor | Razor | .cshtml .razor | | | | html
reason | ReasonML | .re .rei | | | | c
rego | Rego | .rego | | | | hash
requirements | Python requirements | | requirements.txt constraints.txt requirements-dev.txt dev-requirements.txt | | text/plain | hash
rescript | ReScript | .res .resi | | | | c
restructuredtext | reStructuredText | .rst .rest | | | text/x-rst | none
robot | Robot Framework | .robot .resource | | | | hash
ron | RON | .ron | | | | c
ruby | Ruby | .rb .rake .gemspec .ru .podspec .jbuilder .rbi .rbs | rakefile gemfile vagrantfile podfile fastfile brewfile guardfile capfile appfile berksfile dangerfile | ruby jruby rake | text/x-ruby | hash
erb | ERB | .erb .rhtml | | | | html
rust | Rust | .rs | | rust-script | text/x-rust | c
sass | Sass | .sass | | | text/x-sass | slashes
scala | Scala | .scala .sc .sbt | | scala amm | text/x-scala | c
scheme | Scheme | .scm .ss .sld .sls | | guile chez chicken | | semicolon
scss | SCSS | .scss | | | text/x-scss | c
slim | Slim | .slim | | | | none
smali | Smali | .smali | | | | hash
smalltalk | Smalltalk | .st | | gst | | none
smithy | Smithy | .smithy | | | | slashes
solidity | Solidity | .sol | | | | c
sparql | SPARQL | .rq .sparql | | | application/sparql-query | hash
sql | SQL | .sql .ddl .dml .psql .pgsql .mysql | | | application/sql | sql
standard-ml | Standard ML | .sml .sig .fun | | | | ocaml
stylus | Stylus | .styl | | | | c
svelte | Svelte | .svelte | | | | html
svg | SVG | .svg | | | image/svg+xml | html
swift | Swift | .swift | | swift | text/x-swift | c
systemverilog | SystemVerilog | .sv .svh | | | | c
tcl | Tcl | .tcl .tk .exp .itcl | | tclsh wish expect | | hash
terraform | Terraform | .tf .tfvars .tofu .tftest | .terraform.lock.hcl | | | hcl
textile | Textile | .textile | | | | none
thrift | Thrift | .thrift | | | | c
tla | TLA+ | .tla | | | | none
toml | TOML | .toml | cargo.lock poetry.lock uv.lock pdm.lock pipfile gopkg.lock | | application/toml | hash
tsv | TSV | .tsv .tab | | | text/tab-separated-values | none
tsx | TypeScript TSX | .tsx | | | text/tsx | c
turtle | Turtle | .ttl .n3 .nt .trig | | | text/turtle | hash
twig | Twig | .twig | | | | jinja
typescript | TypeScript | .ts .mts .cts | | ts-node tsx | text/typescript | c
typst | Typst | .typ | | | | c
v | V | .vv | v.mod | v | | c
vala | Vala | .vala .vapi | | | | c
verilog | Verilog | .v .vh | | | | c
vhdl | VHDL | .vhd .vhdl | | | | dash
vim | Vim script | .vim .vimrc | .vimrc .gvimrc .exrc vimrc gvimrc | | | vim
visual-basic | Visual Basic | .vb .vbs .bas .frm .vba | | | | vb
vue | Vue | .vue | | | | html
wasm-text | WebAssembly text | .wat .wast | | | | lisp-wasm
wgsl | WGSL | .wgsl | | | | c
wit | WIT | .wit | | | | c
xml | XML | .xml .xsd .xsl .xslt .wsdl .plist .csproj .fsproj .vbproj .vcxproj .props .targets .resx .xaml .axaml .storyboard .xib .pom .rss .atom .iml .nuspec .kml .gpx .dtd .rng .sch .ui .qrc .fxml .manifest | | | application/xml | html
xquery | XQuery | .xq .xql .xqm .xquery .xqy | | | | none
yacc | Yacc | .y .yy .yxx .l .lex | | | | c
yaml | YAML | .yaml .yml .yamllint .clang-format .clang-tidy .cff .sublime-syntax | .clangd pubspec.lock | | application/yaml | hash
yang | YANG | .yang | | | | c
zig | Zig | .zig .zon | | | | slashes
`;
