package storage.dispersive.cli.exercise;

/**
 * What happened in one second, or in the part of it until the end.
 *
 * @param number 1 for the first
 * @param longestPauseMillis the longest that a request took which ended in this second, or has
 *     taken until its end
 * @param errors requests that failed
 */
public record Second(
        long number,
        long operations,
        long bytesWritten,
        long bytesRead,
        long longestPauseMillis,
        long errors) {}
