package storage.dispersive.engine.host;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineAnswer.Reason;
import storage.dispersive.engine.control.EngineRequest;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.TlsIdentity;

/**
 * The process that serves all volumes of a node. It may be killed at any moment and started again:
 * it takes up what it served. With SIGTERM it ends at once if it has no volumes, else when it has
 * handed them over, or its grace is over. Ends with 2 when a setting is wrong.
 */
public final class EngineHostMain {

    static final int EXIT_FAILED = 1;
    private static final int EXIT_SETTING = 2;

    private static final Logger log = LoggerFactory.getLogger(EngineHostMain.class);

    private EngineHostMain() {}

    /**
     * Runs until it is told to end.
     *
     * @param arguments {@code KEY=VALUE}, see {@link HostSettings#USAGE}
     */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            HostSettings settings = HostSettings.parse(arguments);
            // Loading its library takes longer than anything else that the first volume needs.
            Thread.ofPlatform()
                    .name("warm-up")
                    .daemon()
                    .start(() -> log.info("TLS is done by {}", TlsIdentity.backend()));
            EngineProcess process = EngineProcess.start(settings, HostMemory.secure());
            EngineServer server =
                    EngineServer.start(
                            settings.socket(),
                            settings.users(),
                            request -> answer(process, request));
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> end(process, server, settings), "shutdown"));
            log.info("is asked at {}", settings.socket());
        } catch (IllegalArgumentException e) {
            System.err.println("engine: " + e.getMessage() + "\n" + HostSettings.USAGE);
            System.exit(EXIT_SETTING);
        } catch (IOException e) {
            System.err.println("engine: " + e.getMessage());
            System.exit(EXIT_FAILED);
        }
        // All work is done by daemon threads; only a signal ends this.
        new CountDownLatch(1).await();
    }

    private static void end(EngineProcess process, EngineServer server, HostSettings settings) {
        if (process.isNeeded()) {
            log.info("serves on until a successor comes, {} s at most", settings.graceSeconds());
        }
        process.awaitNotNeeded(TimeUnit.SECONDS.toMillis(settings.graceSeconds()));
        try {
            server.close();
            process.close();
        } catch (IOException e) {
            log.warn("the end was not clean", e);
        }
    }

    private static EngineAnswer answer(EngineProcess process, EngineRequest request) {
        Optional<EngineHost> serving = process.host();
        if (serving.isEmpty()) {
            return new EngineAnswer.Refused(
                    Reason.NOT_SERVING,
                    "another process serves the volumes of this node",
                    "ask that one, or again");
        }
        EngineHost host = serving.get();
        try {
            return switch (request) {
                case EngineRequest.Attach attach ->
                        host.attach(attach.description(), attach.descriptor());
                case EngineRequest.Detach detach ->
                        host.detach(id(detach.volume()), detach.generation());
                case EngineRequest.Status status -> host.status(id(status.volume()));
                case EngineRequest.Survey() ->
                        new EngineAnswer.Surveyed(process.report(), host.lines());
                case EngineRequest.Await await ->
                        host.await(id(await.volume()), await.patienceMillis());
                case EngineRequest.Grow grow -> host.grow(id(grow.volume()), grow.sizeBytes());
                case EngineRequest.Roll roll -> host.roll(id(roll.volume()));
                case EngineRequest.Limit limit ->
                        host.limit(id(limit.volume()), limit.bytesPerSecond());
                case EngineRequest.Fenced fenced ->
                        host.fenced(id(fenced.volume()), fenced.generation());
            };
        } catch (IllegalArgumentException e) {
            return new EngineAnswer.Refused(
                    Reason.WRONG, String.valueOf(e.getMessage()), "name a volume by its UUID");
        }
    }

    private static VolumeId id(String text) {
        return VolumeId.parse(text);
    }
}
