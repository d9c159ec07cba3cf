public import Foundation

/// The files under `Fixtures` at the top of the package, wherever the tests are run from.
public enum Fixtures {
  /// The folder itself.
  public static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures", isDirectory: true)

  /// The place of a file, such as `Captures/tcp4.pcap`.
  public static func url(_ path: String) -> URL { folder.appendingPathComponent(path) }

  /// The octets of a file.
  public static func octets(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url(path)))
  }

  /// The frames of a little-endian pcap file with microseconds.
  ///
  /// This is no capture reader: the kernel corpus holds no other kind, and the file is taken to be
  /// sound.
  public static func frames(_ path: String) throws -> [[UInt8]] { try frames(at: url(path)) }

  /// The frames of a recording anywhere else.
  public static func frames(at url: URL) throws -> [[UInt8]] {
    let file = [UInt8](try Data(contentsOf: url))
    var out: [[UInt8]] = []
    var at = 24
    while at + 16 <= file.count {
      let count =
        Int(file[at + 8]) + Int(file[at + 9]) * 256 + Int(file[at + 10]) * 65_536
      out.append(Array(file[(at + 16)..<(at + 16 + count)]))
      at += 16 + count
    }
    return out
  }
}
