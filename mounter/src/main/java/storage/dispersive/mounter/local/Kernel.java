package storage.dispersive.mounter.local;

import java.io.IOException;
import storage.dispersive.mounter.MounterException;

/** Work that asks the kernel, whose errors become the mounter's. */
interface Kernel<T> {

    T call() throws IOException;

    /** Does the work; what fails keeps its words. */
    static <T> T ask(String what, Kernel<T> work) throws MounterException {
        try {
            return work.call();
        } catch (MounterException e) {
            throw e;
        } catch (IOException e) {
            throw new MounterException(
                    MounterException.Reason.FAILED, what + ": " + describe(e), e);
        }
    }

    /** Exceptions of the JDK's files often have a path for a message, and nothing else. */
    static String describe(IOException e) {
        String kind = e.getClass().getSimpleName();
        return switch (kind) {
            case "LinuxException", "IOException" -> String.valueOf(e.getMessage());
            default -> kind + " " + e.getMessage();
        };
    }
}
