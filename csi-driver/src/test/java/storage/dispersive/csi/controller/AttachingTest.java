package storage.dispersive.csi.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.csi.controller.Attaching.Step;
import storage.dispersive.csi.controller.Holding.Grip;
import storage.dispersive.csi.controller.Holding.Nobody;
import storage.dispersive.csi.controller.Holding.OneNode;
import storage.dispersive.csi.controller.Holding.Readers;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Refusal;

class AttachingTest {

    private static final NodeName HERE = new NodeName("here");
    private static final NodeName THERE = new NodeName("there");

    private static Holding held(NodeName node, Grip grip) {
        return new Holding(7, new OneNode(node, grip));
    }

    private static Holding read(NodeName... nodes) {
        return new Holding(7, new Readers(new TreeSet<>(Set.of(nodes))));
    }

    private static Class<?> refusal(Step step) {
        return ((Step.Forbidden) step).why().getClass();
    }

    @ParameterizedTest
    @EnumSource(
            value = AccessMode.class,
            names = "MULTI_NODE_READER_ONLY",
            mode = EnumSource.Mode.EXCLUDE)
    void oneNodeGetsAFreeVolumeInTheNextGeneration(AccessMode mode) {
        assertThat(Attaching.attach(new Holding(6, new Nobody()), HERE, mode))
                .isEqualTo(new Step.Becomes(held(HERE, Grip.ATTACHED)));
        assertThat(Attaching.attach(held(HERE, Grip.ATTACHED), HERE, mode))
                .isEqualTo(new Step.Stays(held(HERE, Grip.ATTACHED)));
        assertThat(Attaching.attach(held(HERE, Grip.OPEN), HERE, mode))
                .isEqualTo(new Step.Stays(held(HERE, Grip.OPEN)));
        assertThat(refusal(Attaching.attach(held(THERE, Grip.ATTACHED), HERE, mode)))
                .isEqualTo(Refusal.Hindered.class);
        assertThat(refusal(Attaching.attach(read(THERE), HERE, mode)))
                .isEqualTo(Refusal.Hindered.class);
        assertThat(refusal(Attaching.attach(read(HERE), HERE, mode)))
                .isEqualTo(Refusal.Different.class);
    }

    @Test
    void whoIsToLetGoGetsItAgainOnlyAfterwards() {
        Step step = Attaching.attach(held(HERE, Grip.LEAVING), HERE, AccessMode.SINGLE_NODE_WRITER);
        assertThat(refusal(step)).isEqualTo(Refusal.NotYet.class);
    }

    @Test
    void readersShareAGeneration() {
        AccessMode mode = AccessMode.MULTI_NODE_READER_ONLY;
        assertThat(Attaching.attach(new Holding(6, new Nobody()), HERE, mode))
                .isEqualTo(new Step.Becomes(read(HERE)));
        assertThat(Attaching.attach(read(THERE), HERE, mode))
                .isEqualTo(new Step.Becomes(read(HERE, THERE)));
        assertThat(Attaching.attach(read(HERE, THERE), HERE, mode))
                .isEqualTo(new Step.Stays(read(HERE, THERE)));
        assertThat(refusal(Attaching.attach(held(THERE, Grip.OPEN), HERE, mode)))
                .isEqualTo(Refusal.Hindered.class);
        assertThat(refusal(Attaching.attach(held(HERE, Grip.OPEN), HERE, mode)))
                .isEqualTo(Refusal.Different.class);
    }

    @Test
    void whatNobodyHasOpenedIsTakenBackAtOnce() {
        assertThat(Attaching.detach(held(HERE, Grip.ATTACHED), new Leaver.Node(HERE)))
                .isEqualTo(new Step.Becomes(new Holding(7, new Nobody())));
        assertThat(Attaching.detach(read(HERE, THERE), new Leaver.Node(HERE)))
                .isEqualTo(new Step.Becomes(read(THERE)));
        assertThat(Attaching.detach(read(HERE, THERE), new Leaver.Everybody()))
                .isEqualTo(new Step.Becomes(new Holding(7, new Nobody())));
    }

    @ParameterizedTest
    @EnumSource(
            value = Grip.class,
            names = {"OPEN", "LEAVING"})
    void whatIsOpenIsWaitedFor(Grip grip) {
        assertThat(Attaching.detach(held(HERE, grip), new Leaver.Node(HERE)))
                .isEqualTo(new Step.Waits(held(HERE, Grip.LEAVING)));
    }

    @ParameterizedTest
    @EnumSource(Grip.class)
    void whoeverHasNothingHasNothingToLetGoOf(Grip grip) {
        assertThat(Attaching.detach(held(THERE, grip), new Leaver.Node(HERE)))
                .isEqualTo(new Step.Stays(held(THERE, grip)));
        assertThat(Attaching.detach(Holding.NEVER, new Leaver.Everybody()))
                .isEqualTo(new Step.Stays(Holding.NEVER));
    }

    @Test
    void aNodeOpensWhatItWasGivenAndNothingElse() {
        Attachment mine = new Attachment(7);
        assertThat(Attaching.open(held(HERE, Grip.ATTACHED), HERE, mine))
                .isEqualTo(new Step.Becomes(held(HERE, Grip.OPEN)));
        assertThat(Attaching.open(held(HERE, Grip.OPEN), HERE, mine))
                .isEqualTo(new Step.Stays(held(HERE, Grip.OPEN)));
        assertThat(refusal(Attaching.open(held(HERE, Grip.LEAVING), HERE, mine)))
                .isEqualTo(Refusal.Hindered.class);
        assertThat(refusal(Attaching.open(held(THERE, Grip.ATTACHED), HERE, mine)))
                .isEqualTo(Refusal.Hindered.class);
        assertThat(refusal(Attaching.open(held(HERE, Grip.ATTACHED), HERE, new Attachment(6))))
                .isEqualTo(Refusal.Hindered.class);
    }

    @Test
    void letGoOfWhileLeavingItIsDetached() {
        Attachment mine = new Attachment(7);
        assertThat(Attaching.letGo(held(HERE, Grip.LEAVING), HERE, mine))
                .isEqualTo(new Step.Becomes(new Holding(7, new Nobody())));
        assertThat(Attaching.letGo(held(HERE, Grip.OPEN), HERE, mine))
                .isEqualTo(new Step.Becomes(held(HERE, Grip.ATTACHED)));
        assertThat(Attaching.letGo(held(HERE, Grip.OPEN), HERE, new Attachment(6)))
                .isEqualTo(new Step.Stays(held(HERE, Grip.OPEN)));
        assertThat(Attaching.letGo(held(THERE, Grip.LEAVING), HERE, mine))
                .isEqualTo(new Step.Stays(held(THERE, Grip.LEAVING)));
    }
}
