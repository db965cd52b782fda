package storage.dispersive.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import storage.dispersive.cli.state.SanHome;

/** The command line's root. */
@Command(
        name = "dispersive",
        mixinStandardHelpOptions = true,
        version = "dispersive 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        description = "A dispersive storage area network on this machine.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:not done; the error says why and what to do",
            "2:the command line makes no sense"
        },
        footer = {
            "",
            "The SAN lives in $DISPERSIVE_HOME, or else in ~/.local/state/dispersive.",
            "Begin with 'dispersive demo', or with 'dispersive up'."
        })
public final class Dispersive {

    // JUL drops loggers that nobody holds, and their levels with them.
    private static final Logger LOGGERS = Logger.getLogger("");

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show stack traces and what libraries log.")
    private boolean verbose;

    Dispersive() {}

    boolean isVerbose() {
        return verbose;
    }

    /** Runs one command and ends the process with its status. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        Dispersive root = new Dispersive();
        CommandLine commands = commands(root, out, err);
        commands.setExecutionStrategy(parsed -> {
            LOGGERS.setLevel(root.verbose ? Level.INFO : Level.SEVERE);
            return new CommandLine.RunLast().execute(parsed);
        });
        return commands.execute(arguments);
    }

    static CommandLine commands(Dispersive root, PrintWriter out, PrintWriter err) {
        // Looked up when a command runs: 'help' must work without a home.
        TerminalSource terminal =
                () -> new Terminal(out, err, SanHome.fromEnvironment(System.getenv()));
        CommandLine commands = new CommandLine(root);
        commands.addSubcommand(new DemoCommand(terminal))
                .addSubcommand(new UpCommand(terminal))
                .addSubcommand(new DownCommand(terminal))
                .addSubcommand(volumeCommands(terminal))
                .addSubcommand(podCommands(terminal))
                .addSubcommand(new StatusCommand(terminal))
                .addSubcommand(new BenchCommand(terminal))
                .addSubcommand(new TryCommand())
                .addSubcommand(new CompletionCommand(terminal));
        commands.setOut(out).setErr(err);
        Failures failures = new Failures(root);
        commands.setExecutionExceptionHandler(failures);
        commands.setParameterExceptionHandler(failures);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        return commands;
    }

    private static CommandLine volumeCommands(TerminalSource terminal) {
        return new CommandLine(new VolumeCommand())
                .addSubcommand(new VolumeCreateCommand(terminal))
                .addSubcommand(new VolumeListCommand(terminal))
                .addSubcommand(new VolumeAttachCommand(terminal))
                .addSubcommand(new VolumeRollCommand(terminal))
                .addSubcommand(new VolumeLimitCommand(terminal))
                .addSubcommand(new VolumeDetachCommand(terminal))
                .addSubcommand(new VolumeDeleteCommand(terminal));
    }

    private static CommandLine podCommands(TerminalSource terminal) {
        return new CommandLine(new PodCommand())
                .addSubcommand(new PodListCommand(terminal))
                .addSubcommand(new PodKillCommand(terminal))
                .addSubcommand(new PodStartCommand(terminal))
                .addSubcommand(new PodWipeCommand(terminal));
    }
}
