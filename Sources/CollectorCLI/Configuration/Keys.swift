// SPDX-License-Identifier: MIT

import Logging
import OCI
import ServiceLevels

/// Every configuration key: the one declaration that parsing, flags, variables, `config` and the manual follow.
enum Keys {
    static let feedURL = Key(
        "feed.url", .url, default: .policeEvents, predecessor: "POLISEN_API_URL", isCommon: true,
        "Where events come from; http only to this host")
    static let feedContact = Key(
        "feed.contact", optional: .contact, predecessor: "API_CONTACT_EMAIL", isCommon: true,
        "How the police reach who runs this; sent in User-Agent, required for polisen.se")
    static let feedUserAgent = Key(
        "feed.user_agent", optional: .userAgent, predecessor: "API_USER_AGENT",
        "User-Agent towards the feed; unset: name, version and contact of this program")
    static let feedTimeout = Key(
        "feed.timeout", .duration(upTo: .seconds(600)), default: .seconds(30), "Limit for one call of the feed")
    static let feedRateLimits = Key(
        "feed.rate_limits", .choice, default: Configuration.RateLimits.polisen,
        "The feed's rules: 10 s between calls, 60 an hour, 1,440 a day; off only where feed.url is this host")

    static let archiveBackend = Key(
        "archive.backend", .choice, default: Configuration.ArchiveBackend.directory, isCommon: true,
        "Where events are kept: a directory of this host or OCI Object Storage")
    static let archivePath = Key(
        "archive.path", .path, default: "./data", isCommon: true, "The archive of backend directory")
    static let statePath = Key(
        "state.path", .path, default: "./state", isCommon: true, "Ledger, spool, lock and caches")

    static let ociAuth = Key(
        "oci.auth", .choice, default: Configuration.Authentication.auto, isCommon: true,
        "Where OCI credentials come from; auto looks for them and says what it found")
    static let ociProfile = Key(
        "oci.profile", .profile, default: "DEFAULT", predecessor: "OCI_PROFILE",
        "Profile of the OCI configuration file")
    static let ociConfigFile = Key(
        "oci.config_file", optional: .path,
        "OCI configuration file; unset: ~/.oci/config, else $OCI_CONFIG_FILE")
    static let ociNamespace = Key(
        "oci.namespace", optional: .word("namespace", upTo: 128), predecessor: "OCI_NAMESPACE",
        "Object Storage namespace of the tenancy; unset: asked for once")
    static let ociCompartment = Key(
        "oci.compartment", optional: .ocid("compartment", "tenancy"), predecessor: "OCI_COMPARTMENT_ID",
        "Compartment of bucket and metrics")
    static let ociRegion = Key(
        "oci.region", .region, default: "eu-stockholm-1", predecessor: "OCI_REGION", isCommon: true,
        "Region of bucket and metrics")
    static let ociBucket = Key(
        "oci.bucket", .word("bucket", upTo: 256), default: "polisen-events-collector", predecessor: "OCI_BUCKET_NAME",
        isCommon: true, "Bucket of archive.backend oci")
    static let ociKeyExpires = Key(
        "oci.key_expires", optional: .day,
        "Day by which the API key is to be replaced; OCI does not say, so credential_days_left counts down to this")
    static let ociEndpoints = Configuration.Service.allCases.map { service in
        Key(
            "oci.endpoints.\(service.rawValue)", optional: .url,
            "Base URL of \(service.title); unset: \(service == .metadata ? "169.254.169.254" : "follows from the region")"
        )
    }

    static let tlsCAFile = Key(
        "tls.ca_file", optional: .path,
        "PEM file of an extra trusted authority, for the feed and OCI; unset: the system's only")

    static let metricsBackend = Key(
        "metrics.backend", .choices(alone: Configuration.MetricsBackend.none), default: [.none],
        "Where metrics go: oci, textfile (node_exporter) or none")
    static let metricsNamespace = Key(
        "metrics.namespace", .metricNamespace, default: "polisen_collector", "Namespace of the metrics")
    static let metricsResourceGroup = Key(
        "metrics.resource_group", optional: .resourceGroup, "Resource group of the metrics")
    static let metricsTextfilePath = Key(
        "metrics.textfile_path", optional: .path,
        "File of backend textfile, for node_exporter (freshness: x-freshness.prom beside x.prom); unset: "
            + "metrics/polisen.prom below state.path")
    static let job = Key("job", .word("name"), default: "polisen", "Dimension job of all metrics, and in logs")
    static let environment = Key(
        "environment", .word("name"), default: "production", "Dimension env of all metrics, and in logs")

    static let logLevel = Key(
        "log.level", .choice, default: Logger.Level.info, predecessor: "LOG_LEVEL", isCommon: true,
        "The least important entries that are written")
    static let logTarget = Key(
        "log.target", .choice, default: Configuration.LogTarget.auto,
        "Where logs go; auto: journald under systemd, text on a terminal, else JSON lines on stderr")

    static let vaultEnabled = Key(
        "vault.enabled", .truth, default: false, predecessor: "USE_VAULT",
        "Take the API key from secrets in an OCI vault")
    static let vaultID = Key("vault.id", optional: .ocid("vault"), "The vault; or name it by vault.name")
    static let vaultName = Key(
        "vault.name", optional: .vaultName, predecessor: "OCI_VAULT_NAME",
        "Display name of the vault, looked up in vault.compartment")
    static let vaultCompartment = Key(
        "vault.compartment", optional: .ocid("compartment", "tenancy"),
        predecessor: "OCI_VAULT_COMPARTMENT_ID", "Compartment of the vault")
    static let vaultRegion = Key(
        "vault.region", optional: .region, predecessor: "OCI_VAULT_REGION",
        "Region of the vault; unset: oci.region")
    static let vaultAuth = Key(
        "vault.auth", .choice, default: Configuration.Authentication.auto,
        "Where the credentials that open the vault come from")

    static let runDeadline = Key(
        "run.deadline", .duration(upTo: .seconds(86_400)), default: .seconds(120),
        "Limit for a whole run, retries included")
    static let freshnessMaxAge = Key(
        "freshness.max_age", .duration(upTo: .seconds(30 * 86_400)), default: .seconds(3600),
        "Age of the last success at which data counts as stale (30 s are added)")
    static let freshnessVantage = Key(
        "freshness.vantage", optional: .word("name"),
        "Who checks freshness, as a dimension; unset: the host's name")
    static let notificationsTopic = Key(
        "notifications.topic", optional: .ocid("onstopic"), "Notifications topic that is told")
    static let notificationsWatchdogTopic = Key(
        "notifications.watchdog_topic", optional: .ocid("onstopic"),
        "Notifications topic of the alarm that always fires; who listens there notices its silence")
    static let notificationsWebhook = Key(
        "notifications.webhook", optional: .secretURL, isSecret: true, "Webhook that is told")
    static let alarmsPath = Key(
        "alarms.path", optional: .path,
        "Directory of alarm definitions and their tests; unset: ./alarms if it is there, else "
            + "/usr/share/polisen-collector/alarms")
    static let alarmsRunbookBaseURL = Key(
        "alarms.runbook_base_url", optional: .url,
        "Where the runbooks can be read, for links in messages of alarms: this address, a slash, <name>.md")

    static let slosPath = Key(
        "slos.path", optional: .path,
        "Directory of service level objectives; unset: ./slos if it is there, else "
            + "/usr/share/polisen-collector/slos")
    static let reportLanguages = Key(
        "report.languages", .choices(), default: [ReportLanguage.english],
        "Languages of the weekly report: en, sv; the first is that of the notice")
    static let reportBaseURL = Key(
        "report.base_url", optional: .url,
        "Where the archive's reports/ can be read, for the link in the notice: this address, a slash, "
            + "<year>/<week>.html; unset: the object itself")
    static let dashboardsPath = Key(
        "dashboards.path", optional: .path,
        "Directory of the dashboards' declaration; unset: ./dashboards if it is there, else "
            + "/usr/share/polisen-collector/dashboards")

    /// All of them in the order in which they are shown.
    static let all: [KeyDeclaration] =
        [
            feedURL.declaration, feedContact.declaration, feedUserAgent.declaration, feedTimeout.declaration,
            feedRateLimits.declaration, archiveBackend.declaration, archivePath.declaration, statePath.declaration,
            ociAuth.declaration, ociProfile.declaration, ociConfigFile.declaration, ociNamespace.declaration,
            ociCompartment.declaration, ociRegion.declaration, ociBucket.declaration,
            ociKeyExpires.declaration,
        ] + ociEndpoints.map(\.declaration) + [
            tlsCAFile.declaration, metricsBackend.declaration, metricsNamespace.declaration,
            metricsResourceGroup.declaration, metricsTextfilePath.declaration, job.declaration, environment.declaration,
            logLevel.declaration,
            logTarget.declaration, vaultEnabled.declaration, vaultID.declaration, vaultName.declaration,
            vaultCompartment.declaration, vaultRegion.declaration, vaultAuth.declaration, runDeadline.declaration,
            freshnessMaxAge.declaration, freshnessVantage.declaration, notificationsTopic.declaration,
            notificationsWatchdogTopic.declaration, notificationsWebhook.declaration, alarmsPath.declaration,
            alarmsRunbookBaseURL.declaration, slosPath.declaration, reportLanguages.declaration,
            reportBaseURL.declaration, dashboardsPath.declaration,
        ]

    /// Variables of ours that are no key.
    static let reservedVariables = ["POLISEN_CONFIG", "POLISEN_API_URL", "POLISEN_TEST_DATA", "POLISEN_CLOCK"]
}
