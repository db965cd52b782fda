package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** A user's number. */
public record UserId(int number) {

    public static final UserId ROOT = new UserId(0);

    private static final MethodHandle GETEUID =
            Downcall.link("geteuid", FunctionDescriptor.of(JAVA_INT));

    /** geteuid(2): whose rights this process has. */
    public static UserId effective() {
        try {
            return new UserId((int) GETEUID.invokeExact(Downcall.cell()));
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
    }

    public boolean isRoot() {
        return number == 0;
    }

    @Override
    public String toString() {
        return "uid " + Integer.toUnsignedString(number);
    }
}
