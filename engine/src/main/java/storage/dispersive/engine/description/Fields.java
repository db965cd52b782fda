package storage.dispersive.engine.description;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * The fields of one JSON object that a person or another program wrote. Whatever is wrong with one
 * is a usage error that names it and says what should stand there.
 *
 * @param place what the object is called in errors; empty for the whole file
 */
record Fields(String file, String place, JsonNode node) {

    /** Something is wrong with this field, which should be {@code what}. */
    DescriptionException wrong(String field, String problem, String what) {
        return new DescriptionException(
                file + ": " + named(field) + " " + problem, "write " + what);
    }

    private String named(String field) {
        return place.isEmpty() ? field : place + "." + field;
    }

    /** Refuses fields that nobody asks for, as they may be misspelled ones that may be absent. */
    void checkNames(List<String> known) {
        var unknown = new TreeSet<>(names());
        known.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new DescriptionException(
                    file + ": " + named(unknown.first()) + " is not known",
                    "remove it; there are " + String.join(", ", known));
        }
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    boolean has(String field) {
        return node.hasNonNull(field);
    }

    String text(String field, String what) {
        JsonNode value = present(field, what);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw wrong(field, "is " + brief(value), what);
        }
        return value.textValue();
    }

    Optional<String> optionalText(String field, String what) {
        return has(field) ? Optional.of(text(field, what)) : Optional.empty();
    }

    long number(String field, long least, long most, String what) {
        JsonNode value = present(field, what);
        boolean isWhole = value.isIntegralNumber() && value.canConvertToLong();
        if (!isWhole || value.longValue() < least || value.longValue() > most) {
            throw wrong(field, "is " + brief(value), what);
        }
        return value.longValue();
    }

    OptionalLong optionalNumber(String field, long least, long most, String what) {
        return has(field)
                ? OptionalLong.of(number(field, least, most, what))
                : OptionalLong.empty();
    }

    Fields object(String field, String what) {
        JsonNode value = present(field, what);
        if (!value.isObject()) {
            throw wrong(field, "is " + brief(value), what);
        }
        return new Fields(file, named(field), value);
    }

    List<Fields> objects(String field, String what) {
        JsonNode value = present(field, what);
        if (!value.isArray()) {
            throw wrong(field, "is " + brief(value), what);
        }
        List<Fields> all = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            String element = named(field) + "[" + i + "]";
            if (!value.get(i).isObject()) {
                throw new DescriptionException(
                        file + ": " + element + " is " + brief(value.get(i)), "write " + what);
            }
            all.add(new Fields(file, element, value.get(i)));
        }
        return all;
    }

    private JsonNode present(String field, String what) {
        if (!has(field)) {
            throw new DescriptionException(
                    file + ": " + named(field) + " is missing", "write " + what);
        }
        return node.get(field);
    }

    private static String brief(JsonNode value) {
        String text = value.toString();
        int most = 60;
        return text.length() <= most ? text : text.substring(0, most) + "...";
    }
}
