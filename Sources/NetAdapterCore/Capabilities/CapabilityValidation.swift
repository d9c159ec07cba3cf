/// Whose rules declared capabilities are held against.
public enum CapabilityValidation: Hashable, Sendable, CaseIterable {
  /// Every rule that Microsoft's pages state: what the framework checks, and what it leaves to the
  /// author of the driver.
  case documented
  /// What the framework of Windows 11 21H2 checks, in its order, and nothing else.
  case framework
}
