package storage.dispersive.csi.socket;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageOrBuilder;
import java.util.List;
import java.util.Map;
import storage.dispersive.csi.protocol.CsiProtocol;

/**
 * A message as text for logs, without what its descriptor calls secret, however deep that is, and
 * without fields that are not known, as they could be secret too.
 */
final class Redacted {

    private static final int MAX_LENGTH = 4096;
    private static final int MAX_DEPTH = 16;

    private final StringBuilder text = new StringBuilder();

    private Redacted() {}

    static String text(MessageOrBuilder message) {
        Redacted redacted = new Redacted();
        redacted.message(message, 0);
        return redacted.isFull() ? redacted.text + "..." : redacted.text.toString();
    }

    private boolean isFull() {
        return text.length() >= MAX_LENGTH;
    }

    private void message(MessageOrBuilder message, int depth) {
        if (depth > MAX_DEPTH) {
            text.append("...");
            return;
        }
        text.append('{');
        String between = "";
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            if (isFull()) {
                return;
            }
            FieldDescriptor field = entry.getKey();
            text.append(between).append(field.getName()).append(": ");
            if (field.getOptions().getExtension(CsiProtocol.csiSecret)) {
                text.append("(secret)");
            } else if (entry.getValue() instanceof List<?> list) {
                list(list, depth);
            } else {
                value(entry.getValue(), depth);
            }
            between = ", ";
        }
        text.append('}');
    }

    /** A map is a list of messages, too. */
    private void list(List<?> list, int depth) {
        text.append('[');
        String between = "";
        for (Object value : list) {
            if (isFull()) {
                return;
            }
            text.append(between);
            value(value, depth);
            between = ", ";
        }
        text.append(']');
    }

    private void value(Object value, int depth) {
        switch (value) {
            case MessageOrBuilder message -> message(message, depth + 1);
            case EnumValueDescriptor constant -> text.append(constant.getName());
            case String string -> string(string);
            default -> text.append(value);
        }
    }

    private void string(String string) {
        int room = Math.max(0, MAX_LENGTH - text.length());
        String shortened = string.substring(0, Math.min(string.length(), room));
        text.append('"').append(shortened.replaceAll("[\\p{Cc}\"]", "?")).append('"');
    }
}
