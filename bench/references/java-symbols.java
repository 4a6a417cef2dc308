// Definitions of Java files by the parser of the language's own compiler.
//
// Reads paths from standard input, one a line; writes `path<TAB>name<TAB>line<TAB>kind` for types, their methods, fields and
// enum constants. Bodies of methods and classes without a name are left out. Run by `java java-symbols.java`.

import com.sun.source.tree.*;
import com.sun.source.util.*;
import java.io.*;
import java.nio.file.*;
import java.util.*;
import javax.tools.*;

class JavaSymbols {
  public static void main(String[] arguments) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
    List<String> paths = new BufferedReader(new InputStreamReader(System.in)).lines().toList();
    DiagnosticListener<JavaFileObject> ignore = diagnostic -> {};
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null, files, ignore, List.of("-proc:none"), null,
                files.getJavaFileObjects(paths.toArray(new String[0])));
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    PrintStream output = new PrintStream(new BufferedOutputStream(System.out));
    for (CompilationUnitTree unit : task.parse()) {
      String path = Path.of(unit.getSourceFile().toUri()).toString();
      String text = Files.readString(Path.of(path));
      for (Tree type : unit.getTypeDecls()) {
        if (type instanceof ClassTree tree) emit(new Place(unit, positions, path, text, output), tree);
      }
    }
    output.flush();
  }

  record Place(
      CompilationUnitTree unit, SourcePositions positions, String path, String text, PrintStream output) {
    /** The line of the name: the first place of the word behind the modifiers of the tree. */
    void print(String name, Tree tree, Tree modifiers, String kind) {
      long start = positions.getStartPosition(unit, tree);
      long behind = modifiers == null ? -1 : positions.getEndPosition(unit, modifiers);
      if (behind > start) start = behind;
      var match = java.util.regex.Pattern.compile("\\b" + name + "\\b").matcher(text);
      if (match.find((int) start)) start = match.start();
      output.println(
          path + "\t" + name + "\t" + unit.getLineMap().getLineNumber(start) + "\t" + kind);
    }
  }

  static void emit(Place place, ClassTree type) {
    String own = type.getSimpleName().toString();
    place.print(own, type, type.getModifiers(), type.getKind().toString().toLowerCase());
    members(place, type, own);
  }

  static void members(Place place, ClassTree type, String own) {
    for (Tree member : type.getMembers()) {
      if (member instanceof ClassTree inner) emit(place, inner);
      else if (member instanceof VariableTree field) {
        if (field.getInitializer() instanceof NewClassTree made && made.getClassBody() != null && type.getKind() == Tree.Kind.ENUM)
          members(place, made.getClassBody(), own);
        place.print(field.getName().toString(), field, field.getType() == null ? field.getModifiers() : field.getType(), "field");
      }
      else if (member instanceof MethodTree method && place.positions().getEndPosition(place.unit(), method) > 0) {
        boolean isConstructor = method.getName().contentEquals("<init>");
        Tree before = method.getReturnType() == null ? method.getModifiers() : method.getReturnType();
        place.print(isConstructor ? own : method.getName().toString(), method, before, "method");
      }
    }
  }
}
