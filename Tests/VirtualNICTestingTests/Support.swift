import Foundation
import FrameRecipes
import WireFormats

extension FrameRecipe.LinkKind {
  /// The same in the engine's words.
  var layer: LinkLayer {
    switch self {
    case .ethernet: .ethernet
    case .rawIP: .rawIP
    case .linuxCooked1: .linuxCooked
    case .linuxCooked2: .linuxCooked2
    case .bsdLoopback, .bsdLoopbackNetworkOrder: .bsdLoopback
    case .ppp: .ppp
    }
  }
}

/// How many random frames a test looks at: `VNIC_TEST_FRAMES`, else as many as the build can bear.
func frameCount(debug: Int, release: Int) -> Int {
  var count = release
  // Only a debug build evaluates what an assertion asserts.
  assert(
    {
      count = debug
      return true
    }())
  if let text = ProcessInfo.processInfo.environment["VNIC_TEST_FRAMES"], let wish = Int(text) {
    count = max(1, wish)
  }
  print("VNIC_TEST_FRAMES=\(count)")
  return count
}
