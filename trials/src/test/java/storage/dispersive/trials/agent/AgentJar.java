package storage.dispersive.trials.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The file that {@code -javaagent} takes. */
public final class AgentJar {

    private AgentJar() {}

    /**
     * Writes it.
     *
     * @param agent has the premain method
     * @param classes simple names of all that must be in it, which stand beside the agent
     */
    public static void write(Path file, Class<?> agent, List<String> classes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), agent.getName());
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (String one : classes) {
                copy(one, agent, jar);
            }
        }
    }

    private static void copy(String name, Class<?> agent, JarOutputStream jar) throws IOException {
        String file = name + ".class";
        try (InputStream in = agent.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException(file + " is not beside the agent");
            }
            jar.putNextEntry(new JarEntry(agent.getPackageName().replace('.', '/') + "/" + file));
            in.transferTo(jar);
            jar.closeEntry();
        }
    }
}
