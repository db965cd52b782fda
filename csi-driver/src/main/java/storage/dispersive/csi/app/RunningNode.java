package storage.dispersive.csi.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.csi.app.DriverSettings.Node;
import storage.dispersive.csi.kubernetes.KubernetesVolumes;
import storage.dispersive.csi.kubernetes.NodeResources;
import storage.dispersive.csi.kubernetes.NodeTenancy;
import storage.dispersive.csi.node.NodeTools;
import storage.dispersive.csi.node.NodeVolumes.Gone;
import storage.dispersive.csi.node.NodeVolumes.Lost;
import storage.dispersive.csi.node.NodeVolumes.NodeInfo;
import storage.dispersive.csi.node.ServedVolumes;
import storage.dispersive.csi.node.StageRecords;
import storage.dispersive.csi.turns.NodeInTurn;
import storage.dispersive.csi.turns.Turns;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.engine.control.EngineClient;
import storage.dispersive.mounter.wire.RemoteMounter;

/**
 * The volumes of a node, and what takes those away that the node has lost. Closed once; safe for
 * use by many threads.
 */
final class RunningNode implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RunningNode.class);

    /** A lost volume's requests fail already; what is left is to take its mounts away. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NodeInTurn volumes;
    private final Thread looking;
    private String trouble = "";

    private RunningNode(NodeInTurn volumes) {
        this.volumes = volumes;
        looking = Thread.ofPlatform().daemon().name("lost-volumes").unstarted(this::look);
    }

    /**
     * Makes one.
     *
     * @throws IOException if it cannot be written down what is staged
     */
    static RunningNode start(Node settings, KubernetesClient client, Turns turns)
            throws IOException {
        KubernetesVolumes resources =
                new KubernetesVolumes(
                        client,
                        // A node asks for no room in pools.
                        new KubernetesVolumes.Pools(""),
                        Clock.systemUTC());
        NodeResources described = new NodeResources(client, settings.name(), settings.ways());
        NodeTools tools =
                new NodeTools(
                        new EngineClient(settings.beside().engine().path())::ask,
                        new RemoteMounter(settings.beside().mounter().path()),
                        new NodeTenancy(resources, settings.name()),
                        described,
                        described,
                        new StageRecords(settings.state().path()));
        NodeInfo info = new NodeInfo(settings.name().text(), settings.most(), Map.of());
        return new RunningNode(new NodeInTurn(new ServedVolumes(tools, info), turns));
    }

    /** From now on; to be called once, when no other process does it. */
    void lookAfterLost() {
        looking.start();
    }

    NodeInTurn volumes() {
        return volumes;
    }

    private void look() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                told(volumes.lost(PATIENCE));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void told(Outcome<Lost> found) {
        switch (found) {
            case Outcome.Done<Lost>(Lost lost) -> {
                trouble("");
                lost.volumes().forEach(this::evict);
            }
            case Outcome.Refused<Lost>(Refusal why) -> trouble(why.text());
        }
    }

    private void evict(VolumeHandle volume) {
        switch (volumes.evict(volume, PATIENCE)) {
            case Outcome.Done<Gone> _ ->
                    log.warn(
                            "volume {} is not this node's any more: its mounts are taken away,"
                                    + " and whoever used it here has errors",
                            volume);
            case Outcome.Refused<Gone>(Refusal why) ->
                    trouble("volume " + volume + " cannot be taken away: " + why.text());
        }
    }

    /** Once, until it changes. */
    private void trouble(String now) {
        if (!now.isEmpty() && !now.equals(trouble)) {
            log.warn("{}", now);
        }
        trouble = now;
    }

    @Override
    public void close() {
        looking.interrupt();
    }
}
