"""Prints what is wrong with a chart, if anything.

objects.py objects RENDERED  what it renders: is every container confined, does it have resources, is no
                             image 'latest', do bindings and selectors find what they name, and so on
objects.py values CHART      its values: is the schema strict, does values.yaml comment each, does the
                             README name each
"""
import json
import re
import sys

import yaml

# Where the schema takes whatever Kubernetes takes.
FREE = {"global", "affinity", "objects", "valueFrom"}
SECRETS = [["dispersive-authority"], ["dispersive-authority-issued"]]
SELECTED = {"Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy", "ServiceMonitor"}

problems = []


class Loader(yaml.SafeLoader):
    """Refuses a key that is there twice, as YAML does and this library does not."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key) for key, _ in node.value]
        for key in set(keys):
            if keys.count(key) > 1:
                problems.append(f"line {node.start_mark.line + 1}: {key} is there twice")
        return super().construct_mapping(node, deep)


def check(holds, what):
    if not holds:
        problems.append(what)


def check_pod(where, template, selector):
    pod = template["spec"]
    labels = template["metadata"]["labels"]
    check(selector.items() <= labels.items(), f"{where}: selects other labels than its own")
    confined = pod.get("securityContext", {})
    check(confined.get("runAsNonRoot") is True, f"{where}: may be root")
    check(confined.get("runAsUser") == 65532, f"{where}: not user 65532")
    check(confined.get("seccompProfile") == {"type": "RuntimeDefault"}, f"{where}: no seccomp profile")
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        check(not pod.get(key), f"{where}: {key}")
    for volume in pod.get("volumes", []):
        check("hostPath" not in volume, f"{where}: hostPath")
    for container in pod.get("initContainers", []) + pod["containers"]:
        check_container(f"{where}, {container['name']}", container)


def check_container(where, container):
    confined = container.get("securityContext", {})
    check(confined.get("allowPrivilegeEscalation") is False, f"{where}: may get privileges")
    check(confined.get("readOnlyRootFilesystem") is True, f"{where}: root file system can be written")
    check(confined.get("capabilities") == {"drop": ["ALL"]}, f"{where}: has capabilities")
    check(not confined.get("privileged"), f"{where}: privileged")
    resources = container.get("resources", {})
    for key in ("cpu", "memory"):
        check((resources.get("requests") or {}).get(key), f"{where}: requests no {key}")
    check((resources.get("limits") or {}).get("memory"), f"{where}: no limit of memory")
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        check(probe in container, f"{where}: no {probe}")
    check_image(where, container["image"])
    names = [variable["name"] for variable in container["env"]]
    check(len(names) == len(set(names)), f"{where}: a variable is there twice")
    for variable in container["env"]:
        if "_IMAGES_STORAGE_POD" in variable["name"] or "_IMAGES_VNET" in variable["name"]:
            check_image(f"{where}, {variable['name']}", variable["value"])
        if "_RESOURCES_" in variable["name"]:
            check("requests" in json.loads(variable["value"]), f"{where}, {variable['name']}: no requests")


def check_image(where, image):
    named = re.fullmatch(r"[^@]+/[^@/]+(:(?P<tag>[\w.-]+)|@sha256:[0-9a-f]{64})", image)
    check(named, f"{where}: {image} has neither tag nor digest")
    check(not named or named["tag"] != "latest", f"{where}: {image} is whatever is latest")


def check_rule(where, rule):
    for key in ("apiGroups", "resources", "verbs"):
        check("*" not in rule[key], f"{where}: {key} has *")
    if "create" in rule["verbs"] or "deletecollection" in rule["verbs"]:
        check("resourceNames" not in rule, f"{where}: names cannot restrict {rule['verbs']}")
    if "secrets" in rule["resources"] and rule["verbs"] != ["create"]:
        check(rule.get("resourceNames") in SECRETS, f"{where}: reads any Secret")
        issued = rule.get("resourceNames") == ["dispersive-authority-issued"]
        check(not issued or rule["verbs"] == ["get", "list", "watch"], f"{where}: writes cert-manager's Secret")


def objects(rendered):
    with open(rendered, encoding="utf-8") as file:
        all_of_them = [one for one in yaml.load_all(file, Loader) if one]
    found = {}
    for one in all_of_them:
        metadata = one["metadata"]
        key = one["kind"], metadata.get("namespace"), metadata["name"]
        check(key not in found, f"{key} is there twice")
        for name in key[1:]:
            check(name is None or isinstance(name, str), f"{key}: {name} is no string")
        found[key] = one
        check(metadata["labels"]["app.kubernetes.io/part-of"] == "dispersive", f"{key}: no labels")
        check("helm.sh/hook" not in metadata.get("annotations", {}), f"{key}: a hook")
        check(one["kind"] not in ("CustomResourceDefinition", "PersistentVolumeClaim"), f"{key}: goes with the release")
    pods = [
        one["spec"]["template"]["metadata"]["labels"] for (kind, _, _), one in found.items() if kind == "Deployment"
    ]
    for key, one in found.items():
        kind, namespace, _ = key
        if kind == "Deployment":
            check_pod(str(key), one["spec"]["template"], one["spec"]["selector"]["matchLabels"])
            account = one["spec"]["template"]["spec"]["serviceAccountName"]
            check(("ServiceAccount", namespace, account) in found, f"{key}: no ServiceAccount {account}")
        if kind in SELECTED - {"ServiceMonitor"}:
            selector = one["spec"].get("selector") or one["spec"]["podSelector"]
            selector = selector.get("matchLabels", selector)
            selected = [labels for labels in pods if selector and selector.items() <= labels.items()]
            check(len(selected) == 1, f"{key}: selects pods of {len(selected)} Deployments")
        if kind == "ServiceMonitor":
            selected = [
                name for (of, _, name), service in found.items()
                if of == "Service" and one["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
            ]
            check(len(selected) == 1, f"{key}: selects {selected}")
        if kind in ("RoleBinding", "ClusterRoleBinding"):
            reference = one["roleRef"]
            role = reference["kind"], namespace if reference["kind"] == "Role" else None, reference["name"]
            check(role in found, f"{key}: no {role}")
            for subject in one["subjects"]:
                check((subject["kind"], subject["namespace"], subject["name"]) in found, f"{key}: no {subject}")
        if kind in ("Role", "ClusterRole"):
            for rule in one["rules"]:
                check_rule(str(key), rule)


def check_schema(where, schema):
    if isinstance(schema, list):
        for one in schema:
            check_schema(where, one)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and where[-1] not in FREE and "objects" not in where:
        strict = schema.get("additionalProperties")
        check(strict is not None and strict is not True, f"schema, {'.'.join(where)}: takes anything")
    for key, value in schema.items():
        check_schema(where + [key], value)


def leaves(where, value):
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(where + [key], inner)
    else:
        yield ".".join(where)


def values(chart):
    with open(f"{chart}/values.schema.json", encoding="utf-8") as file:
        check_schema(["values"], json.load(file))
    with open(f"{chart}/values.yaml", encoding="utf-8") as file:
        text = file.read()
    with open(f"{chart}/README.md", encoding="utf-8") as file:
        readme = file.read()
    named = set(re.findall(r"^\| `([^`]+)` \|", readme, re.MULTILINE))
    there = yaml.load(text, Loader)
    # What a pod requests is one value.
    there["resources"] = dict.fromkeys(there["resources"])
    wanted = set(leaves([], there))
    for value in sorted(wanted - named):
        check(False, f"README.md does not name the value {value}")
    for value in sorted(named - wanted):
        check(False, f"README.md names {value}, which is no value")
    # Each key is commented: by lines just above it, its own or its parent's.
    above = ""
    for line in text.splitlines():
        key = re.match(r"^( *)([A-Za-z]+):(.*)$", line)
        if key and key[3].strip() and not above.startswith("#") and not re.match(r" +(cpu|memory):", line):
            check(False, f"values.yaml: {key[2]} has no comment")
        above = line.strip()


{"objects": objects, "values": values}[sys.argv[1]](sys.argv[2])
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
