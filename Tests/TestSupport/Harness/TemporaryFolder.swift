public import Foundation

/// A folder that this process made, and removes.
///
/// The one owner of temporary files in the tests: nothing else in them removes anything. The folder
/// has a name of its own below the system's temporary folder, must not have been there before, and
/// goes with the last reference to it, with all that it holds. XCTest never releases its test
/// cases, so one in a property of a test case is set to nil in `tearDown`.
public final class TemporaryFolder {
  /// The place of the folder.
  public let url: URL

  /// Makes the folder.
  ///
  /// - Throws: What `FileManager` throws if it cannot be made.
  public init() throws {
    let name = "vnic-tests-\(UUID().uuidString)"
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent(name, isDirectory: true)
    // Without intermediate folders: one that is there already is somebody else's, and an error.
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    self.url = url
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in the folder, whether it is there or not.
  public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a file and returns its path.
  @discardableResult
  public func write(_ octets: [UInt8], _ name: String) throws -> String {
    try Data(octets).write(to: url.appendingPathComponent(name))
    return path(name)
  }

  /// The octets of a file.
  public func octets(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url.appendingPathComponent(name)))
  }

  /// The names of all files, in order.
  public var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}
