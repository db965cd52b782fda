package storage.dispersive.apiserver;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One thing that a rule lets somebody do. */
public record Right(String verb, String group, String resource) {

    public static List<Right> of(PolicyRule rule) {
        List<Right> rights = new ArrayList<>();
        for (String group : rule.getApiGroups()) {
            for (String resource : rule.getResources()) {
                for (String verb : rule.getVerbs()) {
                    rights.add(new Right(verb, group, resource));
                }
            }
        }
        return rights;
    }

    static Right of(AuditedCall call) {
        return new Right(call.verb(), call.group(), call.resource());
    }

    /** All that was made use of, by calls that were answered. */
    public static Set<Right> usedBy(List<AuditedCall> calls) {
        Set<Right> used = new HashSet<>();
        for (AuditedCall call : calls) {
            used.add(of(call));
            // Who applies what is not there must be allowed to create it, too.
            if (call.verb().equals("patch") && call.code() == HttpURLConnection.HTTP_CREATED) {
                used.add(new Right("create", call.group(), call.resource()));
            }
        }
        return used;
    }
}
