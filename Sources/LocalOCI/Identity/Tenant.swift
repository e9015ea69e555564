// SPDX-License-Identifier: MIT

/// The one tenancy local-oci plays: names that look like OCI's and say what they are.
package enum Tenant {
    package static let namespace = "localns"
    package static let region = "eu-stockholm-1"
    package static let regionKey = "ARN"
    package static let bucket = "polisen-events-collector"
    package static let tenancy = "ocid1.tenancy.oc1..localociexampletenancy"
    package static let user = "ocid1.user.oc1..localociexampleuser"
    package static let compartment = "ocid1.compartment.oc1..localociexamplecompartment"
    package static let vault = "ocid1.vault.oc1.eu-stockholm-1.localociexamplevault"
    package static let vaultName = "polisen-events-vault"
    package static let topic = "ocid1.onstopic.oc1.eu-stockholm-1.localociexampletopic"
    package static let instance = "ocid1.instance.oc1.eu-stockholm-1.localociexampleinstance"

    static func secret(_ name: String) -> String { "ocid1.vaultsecret.oc1.eu-stockholm-1.localoci\(name)" }
}
