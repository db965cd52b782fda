package storage.dispersive.engine.control;

/** What an attached volume is doing. */
public enum VolumeState {
    /** It has no engine yet; its report says what it waits for. It is tried again and again. */
    STARTING,
    /** Its engine reads the log; requests wait. */
    RECOVERING,
    SERVING,
    /** Another writer has the volume: every request fails. Stays until it is detached. */
    FENCED,
    /** It will never serve: too much is lost, or its mount is gone. Stays until it is detached. */
    FAILED;

    /** Whether nothing but detaching will change it. */
    public boolean isFinal() {
        return this == FENCED || this == FAILED;
    }
}
