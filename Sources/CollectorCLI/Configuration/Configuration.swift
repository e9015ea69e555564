// SPDX-License-Identifier: MIT

import FoundationEssentials
import Logging
import OCI
import ServiceLevels

/// Everything the program was told, checked.
struct Configuration: Sendable {
    let feed: Feed
    let archive: Archive
    /// Directory of ledger, spool, lock and caches.
    let statePath: String
    let oci: Cloud
    /// PEM file of an extra trusted authority.
    let tlsCAFile: String?
    let metrics: Metrics
    let job: String
    let environment: String
    let log: Log
    let vault: Vault
    let runDeadline: Duration
    let freshness: Freshness
    let notifications: Notifications
    let alarms: Alarms
    let serviceLevels: ServiceLevels
    /// Of the dashboards' declaration; nil: `./dashboards` if it is there, else where the package puts them.
    let dashboardsPath: String?
    /// `POLISEN_CLOCK`; nil: the real clock.
    let clock: ClockSetting?
    /// Every key in the order of `Keys.all`.
    let settings: [Setting]
    /// The file that was read, or nil.
    let file: String?
    /// Sentences about what was written and has no effect.
    let warnings: [String]

    struct Feed: Sendable, Hashable {
        let url: WebURL
        let contact: String?
        /// nil: to be made of name, version and contact.
        let userAgent: String?
        let timeout: Duration
        let rateLimits: RateLimits
    }

    struct Archive: Sendable, Hashable {
        let backend: ArchiveBackend
        let path: String
    }

    struct Cloud: Sendable, Hashable {
        let auth: Authentication
        let profile: String
        let configFile: String?
        /// nil: ask Object Storage.
        let namespace: String?
        let compartment: String?
        let region: String
        let bucket: String
        /// When the API key is to be replaced.
        let keyExpires: Date?
        /// Those that were set; the others follow from the region.
        let endpoints: [Service: WebURL]
    }

    struct Metrics: Sendable, Hashable {
        /// Not empty; `[.none]` for nowhere.
        let backends: [MetricsBackend]
        let namespace: String
        let resourceGroup: String?
        /// nil: below `state.path`.
        let textfilePath: String?
    }

    struct Log: Sendable, Hashable {
        let level: Logger.Level
        let target: LogTarget
    }

    struct Vault: Sendable, Hashable {
        let isEnabled: Bool
        /// Beats `name`.
        let id: String?
        let name: String?
        let compartment: String?
        /// `oci.region` where none is set.
        let region: String
        let auth: Authentication
    }

    struct Freshness: Sendable, Hashable {
        let maxAge: Duration
        /// nil: the host's name.
        let vantage: String?
    }

    struct Notifications: Sendable, Hashable {
        let topic: String?
        /// Of the alarm that always fires.
        let watchdogTopic: String?
        let webhook: Secret?
    }

    struct Alarms: Sendable, Hashable {
        /// nil: `./alarms` if it is there, else where the package puts them.
        let path: String?
        /// Without the slash behind which a runbook's name comes.
        let runbookBaseURL: WebURL?
    }

    struct ServiceLevels: Sendable, Hashable {
        /// nil: `./slos` if it is there, else where the package puts them.
        let path: String?
        /// Of reports; not empty.
        let languages: [ReportLanguage]
        /// Without the slash behind which a report's name comes.
        let reportBaseURL: WebURL?
    }

    /// Reads all keys: a flag beats the environment, that beats the file, that beats the default.
    ///
    /// Pure: `environment` holds the process's variables, `file` what was found on disk. Throws with all problems at
    /// once, also those of values that a stronger source overrides.
    init(
        flags: [ConfigurationFlag], environment: [String: String], file: ConfigurationFile?, for use: Use = .collecting
    ) throws(ConfigurationError) {
        var reading = ConfigurationReading(flags: flags, environment: environment, file: file)
        feed = Feed(&reading)
        archive = Archive(backend: reading.value(Keys.archiveBackend), path: reading.value(Keys.archivePath))
        statePath = reading.value(Keys.statePath)
        oci = Cloud(&reading)
        tlsCAFile = reading.value(Keys.tlsCAFile)
        metrics = Metrics(
            backends: reading.value(Keys.metricsBackend), namespace: reading.value(Keys.metricsNamespace),
            resourceGroup: reading.value(Keys.metricsResourceGroup),
            textfilePath: reading.value(Keys.metricsTextfilePath))
        job = reading.value(Keys.job)
        self.environment = reading.value(Keys.environment)
        log = Log(level: reading.value(Keys.logLevel), target: reading.value(Keys.logTarget))
        vault = Vault(&reading, region: oci.region)
        runDeadline = reading.value(Keys.runDeadline)
        freshness = Freshness(
            maxAge: reading.value(Keys.freshnessMaxAge), vantage: reading.value(Keys.freshnessVantage))
        notifications = Notifications(
            topic: reading.value(Keys.notificationsTopic),
            watchdogTopic: reading.value(Keys.notificationsWatchdogTopic),
            webhook: reading.value(Keys.notificationsWebhook))
        alarms = Alarms(
            path: reading.value(Keys.alarmsPath), runbookBaseURL: reading.value(Keys.alarmsRunbookBaseURL))
        serviceLevels = ServiceLevels(
            path: reading.value(Keys.slosPath), languages: reading.value(Keys.reportLanguages),
            reportBaseURL: reading.value(Keys.reportBaseURL))
        dashboardsPath = reading.value(Keys.dashboardsPath)
        settings = reading.settings
        self.file = file?.path
        warnings = Self.unknownVariables(environment)
        clock = Self.clock(environment, &reading)
        checkRules(&reading, for: use)
        guard reading.problems.isEmpty else {
            throw ConfigurationError(reading.problems, statePath: reading.isSound(Keys.statePath) ? statePath : nil)
        }
    }
}

extension Configuration.Feed {
    fileprivate init(_ reading: inout ConfigurationReading) {
        url = reading.value(Keys.feedURL)
        contact = reading.value(Keys.feedContact)
        userAgent = reading.value(Keys.feedUserAgent)
        timeout = reading.value(Keys.feedTimeout)
        rateLimits = reading.value(Keys.feedRateLimits)
    }
}

extension Configuration.Cloud {
    fileprivate init(_ reading: inout ConfigurationReading) {
        auth = reading.value(Keys.ociAuth)
        profile = reading.value(Keys.ociProfile)
        configFile = reading.value(Keys.ociConfigFile)
        namespace = reading.value(Keys.ociNamespace)
        compartment = reading.value(Keys.ociCompartment)
        region = reading.value(Keys.ociRegion)
        bucket = reading.value(Keys.ociBucket)
        keyExpires = reading.value(Keys.ociKeyExpires)
        var endpoints: [Configuration.Service: WebURL] = [:]
        for (service, key) in zip(Configuration.Service.allCases, Keys.ociEndpoints) {
            endpoints[service] = reading.value(key)
        }
        self.endpoints = endpoints
    }
}

extension Configuration.Vault {
    fileprivate init(_ reading: inout ConfigurationReading, region cloudRegion: String) {
        isEnabled = reading.value(Keys.vaultEnabled)
        id = reading.value(Keys.vaultID)
        name = reading.value(Keys.vaultName)
        compartment = reading.value(Keys.vaultCompartment)
        region = reading.value(Keys.vaultRegion) ?? cloudRegion
        auth = reading.value(Keys.vaultAuth)
    }
}
