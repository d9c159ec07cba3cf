// The one file of this module that touches the system: it reads and writes golden files, and reads
// one environment variable.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Files of golden frames, as octets.
enum GoldenFile {
  /// The environment variable that asks for all files to be written anew.
  static let variable = "VNIC_RENEW_GOLDEN"

  /// Whether ``variable`` is 1.
  static var isRenewalAsked: Bool {
    // SAFETY: the name ends with a zero; the value is copied before anything could change it.
    guard let value = unsafe getenv(variable) else { return false }
    return unsafe String(cString: value) == "1"
  }

  /// All octets of a file.
  static func read(_ path: String) throws(GoldenError) -> [UInt8] {
    // SAFETY: both strings end with a zero; the stream is closed on every way out.
    guard let file = unsafe fopen(path, "rb") else {
      if errno == ENOENT { throw .missing(path: path) }
      throw .cannotRead(path: path, reason: lastError)
    }
    defer { unsafe fclose(file) }
    var octets: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let size = part.count
      // SAFETY: the stream is told how many octets there are to be written to.
      let count = unsafe part.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, size, file) }
      octets += part.prefix(count)
      if count == size { continue }
      guard unsafe ferror(file) == 0 else { throw .cannotRead(path: path, reason: lastError) }
      return octets
    }
  }

  /// Writes a file, in place of one that may be there; that stays if writing fails.
  static func write(_ octets: [UInt8], to path: String) throws(GoldenError) {
    let draft = path + ".new"
    // SAFETY: as above.
    guard let file = unsafe fopen(draft, "wb") else {
      throw .cannotWrite(path: path, reason: lastError)
    }
    // SAFETY: the stream is told how many octets there are.
    let count = unsafe octets.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
    var reason = count == octets.count ? nil : lastError
    // Closing writes what is left, and may find the disk full.
    if unsafe fclose(file) != 0 && reason == nil { reason = lastError }
    // SAFETY: both strings end with a zero.
    if reason == nil, unsafe rename(draft, path) != 0 { reason = lastError }
    guard let reason else { return }
    // SAFETY: the string ends with a zero.
    _ = unsafe remove(draft)
    throw .cannotWrite(path: path, reason: reason)
  }

  /// What the system says about the last failure.
  private static var lastError: String {
    // SAFETY: the text is copied at once.
    unsafe String(cString: strerror(errno))
  }
}
