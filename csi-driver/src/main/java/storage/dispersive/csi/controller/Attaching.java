package storage.dispersive.csi.controller;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import storage.dispersive.csi.controller.Holding.Grip;
import storage.dispersive.csi.controller.Holding.Holder;
import storage.dispersive.csi.controller.Holding.Nobody;
import storage.dispersive.csi.controller.Holding.OneNode;
import storage.dispersive.csi.controller.Holding.Readers;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Refusal;

/** The rules of who may have a volume beside whom. */
public final class Attaching {

    private Attaching() {}

    /** What is to become of who holds a volume. */
    public sealed interface Step {

        /** It is as it should be. */
        record Stays(Holding holding) implements Step {}

        /** It is to be so. */
        record Becomes(Holding next) implements Step {}

        /** It must not be. */
        record Forbidden(Refusal why) implements Step {}

        /** The node must let go first, and is to be told if it was not. */
        record Waits(Holding next) implements Step {}
    }

    /** When a node wants it. */
    static Step attach(Holding now, NodeName node, AccessMode mode) {
        long next = now.generation() + 1;
        return switch (now.holder()) {
            case Nobody() ->
                    new Step.Becomes(
                            new Holding(
                                    next,
                                    mode.spansNodes()
                                            ? new Readers(new TreeSet<>(Set.of(node)))
                                            : new OneNode(node, Grip.ATTACHED)));
            case OneNode(NodeName holder, Grip grip) -> {
                if (!holder.equals(node)) {
                    yield isElsewhere(holder.text());
                }
                if (mode.spansNodes()) {
                    yield isOtherwise("for one node");
                }
                yield grip == Grip.LEAVING
                        ? new Step.Forbidden(
                                new Refusal.NotYet(
                                        "node "
                                                + node
                                                + " is just letting go of the volume; the same call"
                                                + " again helps when it has"))
                        : new Step.Stays(now);
            }
            case Readers(SortedSet<NodeName> readers) -> {
                if (!mode.spansNodes()) {
                    yield readers.contains(node)
                            ? isOtherwise("for readers on several nodes")
                            : isElsewhere(readers.first().text());
                }
                TreeSet<NodeName> more = new TreeSet<>(readers);
                yield more.add(node)
                        ? new Step.Becomes(new Holding(now.generation(), new Readers(more)))
                        : new Step.Stays(now);
            }
        };
    }

    private static Step isElsewhere(String holder) {
        return new Step.Forbidden(
                new Refusal.Hindered(
                        "the volume is attached to node "
                                + holder
                                + "; it can be attached here when it is detached there (delete the"
                                + " pods that use it)"));
    }

    private static Step isOtherwise(String how) {
        return new Step.Forbidden(
                new Refusal.Different(
                        "the volume is attached to this node "
                                + how
                                + "; detach it before it is attached in another way"));
    }

    /** When a node is not to have it any more. */
    static Step detach(Holding now, Leaver leaver) {
        return switch (now.holder()) {
            case Nobody() -> new Step.Stays(now);
            case OneNode(NodeName holder, Grip grip) -> {
                if (!leaver.includes(holder)) {
                    yield new Step.Stays(now);
                }
                yield switch (grip) {
                    case ATTACHED -> new Step.Becomes(with(now, new Nobody()));
                    case OPEN, LEAVING ->
                            new Step.Waits(with(now, new OneNode(holder, Grip.LEAVING)));
                };
            }
            case Readers(SortedSet<NodeName> readers) -> {
                TreeSet<NodeName> left = new TreeSet<>(readers);
                yield left.removeIf(leaver::includes)
                        ? new Step.Becomes(
                                with(now, left.isEmpty() ? new Nobody() : new Readers(left)))
                        : new Step.Stays(now);
            }
        };
    }

    private static Holding with(Holding now, Holder holder) {
        return new Holding(now.generation(), holder);
    }

    /** When a node is about to open it. */
    public static Step open(Holding now, NodeName node, Attachment attachment) {
        if (!isHeldBy(now, node, attachment)) {
            return new Step.Forbidden(
                    new Refusal.Hindered(
                            "the volume is not attached to this node any more: what is staged for"
                                    + " attachment "
                                    + attachment.generation()
                                    + " is out of date"));
        }
        return switch (now.holder()) {
            case Nobody() -> new Step.Stays(now);
            case Readers _ -> new Step.Stays(now);
            case OneNode(NodeName _, Grip grip) ->
                    switch (grip) {
                        case ATTACHED -> new Step.Becomes(with(now, new OneNode(node, Grip.OPEN)));
                        case OPEN -> new Step.Stays(now);
                        case LEAVING ->
                                new Step.Forbidden(
                                        new Refusal.Hindered(
                                                "the volume is just detached from this node"));
                    };
        };
    }

    /** When a node has closed it. */
    public static Step letGo(Holding now, NodeName node, Attachment attachment) {
        if (!isHeldBy(now, node, attachment) || !(now.holder() instanceof OneNode holder)) {
            return new Step.Stays(now);
        }
        return switch (holder.grip()) {
            case ATTACHED -> new Step.Stays(now);
            case OPEN -> new Step.Becomes(with(now, new OneNode(node, Grip.ATTACHED)));
            case LEAVING -> new Step.Becomes(with(now, new Nobody()));
        };
    }

    /** Whether a node has a volume in an attachment. */
    public static boolean isHeldBy(Holding now, NodeName node, Attachment attachment) {
        return now.generation() == attachment.generation() && now.nodes().contains(node);
    }
}
