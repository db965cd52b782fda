package storage.dispersive.portion;

/** Says that a stripe was committed by an attempt that was not its first. */
public record LaterAttempt(long seq, int attempt) {

    public LaterAttempt {
        if (seq < 1 || attempt < 1) {
            throw new IllegalArgumentException("no later attempt: " + seq + " by " + attempt);
        }
    }
}
