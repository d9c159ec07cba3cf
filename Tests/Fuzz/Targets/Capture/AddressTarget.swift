import FrameRecipes
import WireFormats

/// Addresses as text: `FrameRecipes` and `WireFormats`, which share no code, read the same ones.
func attackAddressTexts(_ input: [UInt8]) throws {
  let text = String(decoding: input, as: UTF8.self)
  let mac = MACAddress(text).map { octets($0.rawValue, count: 6) }
  let ipv4 = IPv4Address(text).map { octets(UInt64($0.rawValue), count: 4) }
  let ipv6 = IPv6Address(text).map { octets($0.high, count: 8) + octets($0.low, count: 8) }
  let found = [mac, ipv4, ipv6].compactMap { $0 }
  try require(found.count <= 1, "\"\(text)\" is an address of two families: \(found)")
  let expected = String(describing: found.first)
  let recipe = FrameRecipe.Address(text)
  try require(
    recipe.octets == found.first,
    "\"\(text)\": \(String(describing: recipe.octets)), expected \(expected)")
  guard let octets = recipe.octets else { return try checkFaults(recipe, text) }
  // What is printed is read again as the same address.
  try require(
    FrameRecipe.Address(recipe.description).octets == octets, "\(recipe) is not read again")
  if let address = MACAddress(text) { try require(MACAddress("\(address)") == address, text) }
  if let address = IPv4Address(text) { try require(IPv4Address("\(address)") == address, text) }
  if let address = IPv6Address(text) { try require(IPv6Address("\(address)") == address, text) }
}

/// A recipe with a text that is no address says which character is wrong.
private func checkFaults(_ address: FrameRecipe.Address, _ text: String) throws {
  let recipe = FrameRecipe(
    link: .ethernet(from: address, to: "02:00:00:00:00:02"),
    network: .ipv4(from: address, to: address), transport: .udp(from: 1, to: 2),
    payload: .counting(0))
  let fault = outcome { try recipe.octets }
  guard case .failure(let error) = fault else {
    throw Finding("a recipe with the address \"\(text)\" gives a frame")
  }
  try require(!"\(error)".isEmpty, "an error without a text")
}

private func octets(_ number: UInt64, count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - $0))) }
}
