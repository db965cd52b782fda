package storage.dispersive.trials.capture;

import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.internal.tcnative.SSLContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.ProtectionDomain;
import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.trials.agent.AgentJar;

/**
 * A Java agent that makes an engine write down the secrets of its connections, in the format of
 * {@code SSLKEYLOGFILE}. The product has no switch for it, so nobody can have such an engine by
 * accident.
 */
public final class KeyLogAgent implements ClassFileTransformer {

    private static final String MAKER_OF_CONTEXTS = "storage/dispersive/transport/TlsIdentity";
    private static final ClassDesc MAKER = ClassDesc.of("storage.dispersive.transport.TlsIdentity");
    private static final ClassDesc CONTEXT = ClassDesc.of("io.netty.handler.ssl.SslContext");
    private static final ClassDesc SELF =
            ClassDesc.of("storage.dispersive.trials.capture.KeyLogAgent");

    private static volatile Path file = Path.of("/dev/null");

    private KeyLogAgent() {}

    /** Called by the JVM before the engine's own main method; the argument is the log's path. */
    public static void premain(String argument, Instrumentation instrumentation) {
        file = Path.of(argument);
        instrumentation.addTransformer(new KeyLogAgent());
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (!MAKER_OF_CONTEXTS.equals(name)) {
            return null;
        }
        ClassFile format = ClassFile.of();
        return format.transformClass(
                format.parse(bytes),
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString(ConstantDescs.INIT_NAME),
                        logWhenMade()));
    }

    private static CodeTransform logWhenMade() {
        MethodTypeDesc takesContext = MethodTypeDesc.of(ConstantDescs.CD_void, CONTEXT);
        return (builder, element) -> {
            if (element instanceof ReturnInstruction) {
                builder.aload(0)
                        .getfield(MAKER, "client", CONTEXT)
                        .invokestatic(SELF, "log", takesContext);
            }
            builder.with(element);
        };
    }

    /** Called by what {@link #transform} put in. */
    public static void log(SslContext client) throws ReflectiveOperationException {
        Field tcnative = ReferenceCountedOpenSslContext.class.getDeclaredField("ctx");
        tcnative.setAccessible(true);
        SSLContext.setKeyLogCallback(tcnative.getLong(client), (_, line) -> append(line));
    }

    private static void append(byte[] line) {
        try {
            Files.writeString(
                    file,
                    new String(line, StandardCharsets.US_ASCII) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the agent as the file that {@code -javaagent} takes. */
    public static void writeJar(Path jar) throws IOException {
        AgentJar.write(jar, KeyLogAgent.class, List.of("KeyLogAgent"));
    }
}
