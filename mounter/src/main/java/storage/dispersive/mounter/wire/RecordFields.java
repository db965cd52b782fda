package storage.dispersive.mounter.wire;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Records as fields, by their components: strings, paths, numbers, enums, other records, lists and
 * optionals of these, and sealed interfaces, whose field tells which of the permitted records it
 * is. A component of a component is named with a dot between. What a record's constructor refuses
 * is refused here. Fields that no component asks for are ignored, so that a newer peer may say
 * more.
 *
 * <p>Thread contract: any thread.
 */
final class RecordFields {

    /** Deeper than any record here. */
    private static final int MAX_DEPTH = 8;

    /** Longer than any list that an answer may have. */
    private static final int MAX_LIST = 8192;

    private RecordFields() {}

    /** Writes a value under a name. */
    static void write(Fields fields, String name, Type type, Object value) {
        switch (type) {
            case ParameterizedType list when list.getRawType() == List.class -> {
                List<?> elements = (List<?>) value;
                fields.put(name, Integer.toString(elements.size()));
                Type element = list.getActualTypeArguments()[0];
                for (int i = 0; i < elements.size(); i++) {
                    write(fields, name + "." + i, element, elements.get(i));
                }
            }
            case ParameterizedType optional when optional.getRawType() == Optional.class ->
                    ((Optional<?>) value)
                            .ifPresent(present ->
                                    write(
                                            fields,
                                            name,
                                            optional.getActualTypeArguments()[0],
                                            present));
            case Class<?> plain when plain.isSealed() -> {
                fields.put(name, value.getClass().getSimpleName());
                writeRecord(fields, name, value);
            }
            case Class<?> plain when plain.isRecord() -> writeRecord(fields, name, value);
            case Class<?> _ when value instanceof Enum<?> constant ->
                    fields.put(name, constant.name());
            default -> fields.put(name, value.toString());
        }
    }

    private static void writeRecord(Fields fields, String name, Object value) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object part;
            try {
                part = component.getAccessor().invoke(value);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("read " + component, e);
            }
            write(fields, name + "." + component.getName(), component.getGenericType(), part);
        }
    }

    /** Reads what was written under a name. */
    static <T> T read(Fields fields, String name, Class<T> type) throws ProtocolException {
        return type.cast(read(fields, name, type, 0));
    }

    private static Object read(Fields fields, String name, Type type, int depth)
            throws ProtocolException {
        if (depth > MAX_DEPTH) {
            throw new ProtocolException("nothing is so deep as '" + name + "'");
        }
        if (type instanceof ParameterizedType generic) {
            Type element = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == List.class) {
                return readList(fields, name, element, depth);
            }
            return fields.has(name)
                    ? Optional.of(read(fields, name, element, depth + 1))
                    : Optional.empty();
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isSealed()) {
            return readRecord(fields, name, permitted(plain, fields.get(name)), depth);
        }
        return plain.isRecord()
                ? readRecord(fields, name, plain, depth)
                : readValue(name, fields.get(name), plain);
    }

    private static List<Object> readList(Fields fields, String name, Type element, int depth)
            throws ProtocolException {
        int size = (int) readValue(name, fields.get(name), int.class);
        if (size < 0 || size > MAX_LIST) {
            throw new ProtocolException("no list has " + size + " elements");
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            elements.add(read(fields, name + "." + i, element, depth + 1));
        }
        return elements;
    }

    private static Class<?> permitted(Class<?> type, String name) throws ProtocolException {
        return Arrays.stream(type.getPermittedSubclasses())
                .filter(candidate -> candidate.getSimpleName().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ProtocolException(
                                "no " + type.getSimpleName() + " is called '" + name + "'"));
    }

    private static Object readRecord(Fields fields, String name, Class<?> type, int depth)
            throws ProtocolException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] parts = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            parts[i] =
                    read(
                            fields,
                            name + "." + components[i].getName(),
                            components[i].getGenericType(),
                            depth + 1);
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(parts);
        } catch (InvocationTargetException e) {
            throw new ProtocolException("'" + name + "' cannot be: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("make a " + type, e);
        }
    }

    private static Object readValue(String name, String text, Class<?> type)
            throws ProtocolException {
        try {
            if (type == int.class) {
                return Integer.parseInt(text);
            } else if (type == long.class) {
                return Long.parseLong(text);
            } else if (type == Path.class) {
                return Path.of(text);
            } else if (type.isEnum()) {
                return constant(type, text);
            }
            return text;
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("'" + name + "' cannot be '" + text + "'", e);
        }
    }

    private static Object constant(Class<?> type, String text) {
        for (Object constant : type.getEnumConstants()) {
            if (constant instanceof Enum<?> known && known.name().equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("not a " + type.getSimpleName());
    }
}
