package storage.dispersive.csi.volume;

/**
 * Why something was not done. Each is one status of CSI; which one, {@code rpc.Answers} says. The
 * text is for people: what is wrong, and what to do.
 */
public sealed interface Refusal {

    String text();

    /** There is no such volume, node, or path. */
    record Missing(String text) implements Refusal {}

    /** There is one of that name, and it is another one than the one asked for. */
    record Different(String text) implements Refusal {}

    /** It could never be done: what was asked for is wrong in itself. */
    record Wrong(String text) implements Refusal {}

    /** It cannot be done as long as something else is so; the caller must change that first. */
    record Hindered(String text) implements Refusal {}

    /** No room; somewhere else there may be. */
    record Full(String text) implements Refusal {}

    /** A size that cannot be had. */
    record OutOfRange(String text) implements Refusal {}

    /** Another call for the same volume runs; it may be tried again when that has ended. */
    record Busy(String text) implements Refusal {}

    /** What the caller goes on from is not there any more; it must begin anew. */
    record Stale(String text) implements Refusal {}

    /** Not now: something does not answer, or is not ready. The same call again helps. */
    record NotYet(String text) implements Refusal {}

    /** A fault: an error that nobody is known to be able to do something about. */
    record Failed(String text) implements Refusal {}
}
