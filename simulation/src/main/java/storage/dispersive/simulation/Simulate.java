package storage.dispersive.simulation;

import java.util.Arrays;
import storage.dispersive.pod.store.StoreRule;
import storage.dispersive.portion.Code;
import storage.dispersive.simulation.ScenarioOptions.Emphasis;
import storage.dispersive.simulation.ScenarioOptions.ScenarioRule;
import storage.dispersive.volume.EngineRule;

/**
 * Runs many scenarios, for as long as one likes.
 *
 * <p>Arguments: {@code DATA+PARITY FIRST_SEED SEEDS ACTIONS EMPHASIS [RULE_TO_LEAVE_OUT,...]}.
 * Prints every seed that fails, and ends with status 1 if one did.
 */
public final class Simulate {

    private Simulate() {}

    public static void main(String[] arguments) {
        String[] portions = arguments[0].split("\\+", 2);
        Code code = new Code(Integer.parseInt(portions[0]), Integer.parseInt(portions[1]));
        long first = Long.parseLong(arguments[1]);
        long seeds = Long.parseLong(arguments[2]);
        ScenarioOptions options =
                ScenarioOptions.of(code, Integer.parseInt(arguments[3]))
                        .withEmphasis(Emphasis.valueOf(arguments[4]));
        if (arguments.length > 5) {
            options = without(options, arguments[5]);
        }
        long failures = 0;
        long succeeded = 0;
        long failed = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                Scenario.Outcome outcome = Scenario.run(options, seed);
                succeeded += outcome.succeeded();
                failed += outcome.failed();
            } catch (IllegalStateException e) {
                failures++;
                System.out.println(e.getMessage());
                if (seeds == 1) {
                    e.printStackTrace(System.out);
                }
            }
        }
        System.out.printf(
                "%s: %d seeds, %d failed; requests: %d answered, %d not%n",
                code, seeds, failures, succeeded, failed);
        System.exit(failures == 0 ? 0 : 1);
    }

    /** Leaves out the rules of these names, at most one of whoever keeps them. */
    static ScenarioOptions without(ScenarioOptions options, String rules) {
        ScenarioOptions rest = options;
        for (String rule : rules.split(",", -1)) {
            rest = withoutOne(rest, rule);
        }
        return rest;
    }

    private static ScenarioOptions withoutOne(ScenarioOptions options, String rule) {
        if (Arrays.stream(EngineRule.values()).anyMatch(r -> r.name().equals(rule))) {
            return options.without(EngineRule.valueOf(rule));
        }
        if (Arrays.stream(StoreRule.values()).anyMatch(r -> r.name().equals(rule))) {
            return options.without(StoreRule.valueOf(rule));
        }
        return options.without(ScenarioRule.valueOf(rule));
    }
}
