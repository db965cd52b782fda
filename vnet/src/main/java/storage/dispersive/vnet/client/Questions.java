package storage.dispersive.vnet.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.vnet.protocol.LocalMessage;
import storage.dispersive.vnet.protocol.LocalMessage.Cause;

/**
 * What a main process has asked of the sidecar beside it and not heard yet, over one connection
 * after the other. What was asked over one that ends fails.
 *
 * <p>Thread contract: any thread; futures complete on the thread that hears the sidecar.
 */
final class Questions {

    private static final int SEND_MILLIS = 2_000;

    /** Longer than a sidecar takes over anything that it has bounded. */
    private static final long ANSWER_SECONDS = 20;

    private static final int MAX_UNDER_WAY = 1_024;

    private final Path path;
    private final Map<Long, CompletableFuture<Answer>> underWay = new HashMap<>();
    private @Nullable PacketSocket socket;
    private boolean isOver;
    private long lastNumber;

    /** Read by loops, which must not wait while something is sent. */
    private volatile boolean welcomed;

    /** Of the sidecar's socket, for messages. */
    Questions(Path path) {
        this.path = path;
    }

    /** One answer, with what the sidecar said before it about the same question. */
    record Answer(
            LocalMessage message, Optional<Descriptor> passed, List<LocalMessage.Sight> sights) {

        /** Why it is not the answer that was hoped for. */
        IOException failure() {
            return switch (message) {
                case LocalMessage.Failed(var _, var cause, var why) when cause == Cause.NO_WAY ->
                        new NoWayException(why);
                case LocalMessage.Failed failed -> new IOException(failed.why());
                default -> new IOException("the sidecar answered something else");
            };
        }
    }

    /** A message that waits for its number. */
    interface Question {
        LocalMessage numbered(long number);
    }

    /** Whether the sidecar has greeted this process, which may ask then. */
    boolean areWelcome() {
        return welcomed;
    }

    /** Takes over a connection to a sidecar that has not greeted yet; false after the end. */
    synchronized boolean connected(PacketSocket opened) {
        if (isOver) {
            opened.close();
            return false;
        }
        socket = opened;
        return true;
    }

    synchronized void welcomed() throws LinuxException {
        if (socket != null) {
            socket.limitSending(SEND_MILLIS);
        }
        welcomed = true;
    }

    CompletableFuture<Answer> ask(Question question) {
        return ask(question, Optional.empty());
    }

    synchronized CompletableFuture<Answer> ask(Question question, Optional<Descriptor> passed) {
        PacketSocket open = socket;
        if (open == null || !welcomed) {
            return CompletableFuture.failedFuture(
                    new IOException("the sidecar at " + path + " is not there"));
        }
        if (underWay.size() >= MAX_UNDER_WAY) {
            return CompletableFuture.failedFuture(
                    new IOException("the sidecar has not answered " + MAX_UNDER_WAY + " requests"));
        }
        long number = ++lastNumber;
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        underWay.put(number, answer);
        try {
            open.send(question.numbered(number).encode(), passed);
        } catch (LinuxException e) {
            underWay.remove(number);
            return CompletableFuture.failedFuture(e);
        }
        return answer.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .whenComplete((done, failure) -> forget(number));
    }

    /** As above; anything but {@link LocalMessage.Done} is a failure. */
    CompletableFuture<@Nullable Void> done(Question question) {
        return ask(question)
                .thenCompose(answer -> {
                    answer.passed().ifPresent(Descriptor::close);
                    return answer.message() instanceof LocalMessage.Done
                            ? CompletableFuture.completedFuture(null)
                            : CompletableFuture.failedFuture(answer.failure());
                });
    }

    private synchronized void forget(long number) {
        underWay.remove(number);
    }

    /** Hands an answer to who waits for it; false if nobody does. */
    boolean complete(long number, Answer answer) {
        CompletableFuture<Answer> waiting;
        synchronized (this) {
            waiting = underWay.remove(number);
        }
        return waiting != null && waiting.complete(answer);
    }

    /** Answers what the sidecar has asked, unless it is gone. */
    synchronized void say(LocalMessage message) throws LinuxException {
        PacketSocket open = socket;
        if (open != null) {
            open.send(message.encode(), Optional.empty());
        }
    }

    /** Has the sidecar, and whoever hears it here, hear the end; there is no other connection. */
    synchronized void end() {
        isOver = true;
        if (socket != null) {
            socket.shutDown();
        }
    }

    /** The connection has ended. */
    void disconnected() {
        List<CompletableFuture<Answer>> lost;
        synchronized (this) {
            welcomed = false;
            if (socket != null) {
                socket.close();
                socket = null;
            }
            lost = List.copyOf(underWay.values());
            underWay.clear();
        }
        IOException gone = new IOException("the sidecar at " + path + " has ended");
        lost.forEach(answer -> answer.completeExceptionally(gone));
    }
}
