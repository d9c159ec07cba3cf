/// The word that somebody who wrote `word` most likely meant; nil if none is close.
func nearest(to word: String, in candidates: [String]) -> String? {
  let rated = candidates.map { (distance: editDistance(word, $0), word: $0) }
  guard let best = rated.min(by: { $0.distance < $1.distance }) else { return nil }
  return best.distance <= max(1, min(word.count, best.word.count) / 3) ? best.word : nil
}

/// How many characters must be put in, taken out or changed to turn one word into the other.
private func editDistance(_ left: String, _ right: String) -> Int {
  let right = Array(right)
  var row = Array(0...right.count)
  for (index, character) in left.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in right.indices {
      let changed = diagonal + (right[column] == character ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(changed, row[column] + 1, row[column + 1] + 1)
    }
  }
  return row[right.count]
}
