import VirtualNIC

/// `TestSupport` has a type of the same name, and the module's name is that of its class.
typealias VirtualNICLink = Link
