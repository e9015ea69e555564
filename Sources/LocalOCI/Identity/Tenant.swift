// SPDX-License-Identifier: MIT

/// The one tenancy local-oci plays: names that look like OCI's and say what they are.
enum Tenant {
    static let namespace = "localns"
    static let region = "eu-stockholm-1"
    static let regionKey = "ARN"
    static let bucket = "polisen-events-collector"
    static let tenancy = "ocid1.tenancy.oc1..localociexampletenancy"
    static let user = "ocid1.user.oc1..localociexampleuser"
    static let compartment = "ocid1.compartment.oc1..localociexamplecompartment"
    static let vault = "ocid1.vault.oc1.eu-stockholm-1.localociexamplevault"
    static let vaultName = "polisen-events-vault"
    static let topic = "ocid1.onstopic.oc1.eu-stockholm-1.localociexampletopic"
    static let instance = "ocid1.instance.oc1.eu-stockholm-1.localociexampleinstance"

    static func secret(_ name: String) -> String { "ocid1.vaultsecret.oc1.eu-stockholm-1.localoci\(name)" }
}
