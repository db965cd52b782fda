package storage.dispersive.trials.forgetful;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.constant.ClassDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import storage.dispersive.trials.agent.AgentJar;

/**
 * A Java agent that makes a storage pod use a {@link ForgetfulDisk}. The product has no switch for
 * it, so nobody can have such a pod by accident.
 */
public final class ForgetfulPodAgent implements ClassFileTransformer {

    private static final String MAKER_OF_THE_DISK = "storage/dispersive/pod/app/RunningPod";
    private static final ClassDesc REAL = ClassDesc.of("storage.dispersive.pod.disk.FileDisk");
    private static final ClassDesc FORGETFUL =
            ClassDesc.of("storage.dispersive.trials.forgetful.ForgetfulDisk");

    /** By name: where no pod runs, most of them cannot even be loaded. */
    private static final List<String> CLASSES =
            List.of(
                    "ForgetfulPodAgent",
                    "ForgetfulDisk",
                    "ForgetfulFile",
                    "SyncForgery",
                    "UnsyncedWrites",
                    "UnsyncedWrites$Write");

    private static volatile @Nullable SyncForgery forgery;

    private ForgetfulPodAgent() {}

    /** Of this process, in which the agent runs. */
    static SyncForgery forgery() {
        return Objects.requireNonNull(forgery, "the agent does not run here");
    }

    /** The JVM's option for the agent in {@code jar}. */
    public static String option(Path jar, SyncForgery forgery) {
        return "-javaagent:" + jar + "=" + forgery.file();
    }

    /**
     * Called by the JVM before the pod's own main method.
     *
     * @param arguments the file of a {@link SyncForgery}
     */
    public static void premain(String arguments, Instrumentation instrumentation) {
        forgery = new SyncForgery(Path.of(arguments));
        instrumentation.addTransformer(new ForgetfulPodAgent());
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (!MAKER_OF_THE_DISK.equals(name)) {
            return null;
        }
        ClassFile format = ClassFile.of();
        return format.transformClass(
                format.parse(bytes), ClassTransform.transformingMethodBodies(replaceDisk()));
    }

    private static CodeTransform replaceDisk() {
        return (builder, element) -> {
            switch (element) {
                case NewObjectInstruction made when made.className().asSymbol().equals(REAL) ->
                        builder.new_(FORGETFUL);
                case InvokeInstruction call when call.owner().asSymbol().equals(REAL) ->
                        builder.invokespecial(
                                FORGETFUL, call.name().stringValue(), call.typeSymbol());
                default -> builder.with(element);
            }
        };
    }

    /** Writes the agent as the file that {@code -javaagent} takes. */
    public static void writeJar(Path file) throws IOException {
        AgentJar.write(file, ForgetfulPodAgent.class, CLASSES);
    }
}
