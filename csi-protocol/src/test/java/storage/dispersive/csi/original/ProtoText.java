package storage.dispersive.csi.original;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The words of a protobuf definition that decide what is sent. */
final class ProtoText {

    private static final Pattern COMMENT = Pattern.compile("//[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|[\\w.]+|[^\\s\\w]");

    /** Say where generated code goes. */
    private static final Pattern LANGUAGE =
            Pattern.compile("option\\s+(go_package|java_\\w+)\\s*=\\s*[^;]*;");

    /** A method without options has a body that is empty, or none. */
    private static final Pattern NO_BODY =
            Pattern.compile("(returns\\s*\\([^)]*\\))\\s*\\{\\s*\\}");

    private ProtoText() {}

    static List<String> words(Path file) throws IOException {
        String text = COMMENT.matcher(Files.readString(file)).replaceAll("");
        text = LANGUAGE.matcher(text).replaceAll("");
        text = NO_BODY.matcher(text).replaceAll("$1;");
        return WORD.matcher(text).results().map(MatchResult::group).toList();
    }
}
