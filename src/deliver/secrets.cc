#include "deliver/secrets.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"
#include "text/base64.h"
#include "text/escapes.h"

namespace busyhour::internal {
namespace {

constexpr std::string_view kHidden = "***";
// Number of consecutive letters and digits that are recognized as a part of a
// secret.
constexpr std::size_t kPieceLetters = 5;
// For a secret with fewer than `kFewLetters` of them, a shorter part is
// recognized: the secret may be truncated at both ends.
constexpr std::size_t kFewLetters = 10;
constexpr std::size_t kLeastPiece = 4;
// The same for the encoded secret: in hexadecimal digits (five bytes), in
// Base64 (five bytes between two others), and encoded twice, in either way.
constexpr std::size_t kHexLetters = 10;
constexpr std::size_t kBase64Letters = 7;
constexpr std::size_t kTwiceLetters = 14;
// With fewer letters, parts of the secret would occur in many harmless words.
constexpr std::size_t kLeastLetters = 6;
// Number of layers of escapes that are undone.
constexpr int kMostLayers = 3;
// Names of the secret values in a shared access signature or a connection
// string.
constexpr std::array<std::string_view, 6> kSecretNames = {
    "sig=",       "sharedaccesskey=", "accountkey=",
    "accesskey=", "password=",        "client_secret="};

// Only the letters and digits, in lower case.
std::string LettersOf(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (IsLetterOrDigit(c)) letters += LowerOf(c);
  }
  return letters;
}

std::string Hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

// Percent-encoded, as in a URL.
std::string WithPercents(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool stays = IsLetterOrDigit(c) || c == '-' || c == '.' || c == '_';
    escaped += stays ? std::string(1, c)
                     : '%' + InUpperCase(Hex(std::string_view(&c, 1)));
  }
  return escaped;
}

// The Base64 form of the bytes after `before` other bytes: only the characters
// that do not depend on any other byte.
std::string Base64After(std::size_t before, std::string_view bytes) {
  constexpr std::array<std::size_t, 3> kShared = {0, 2, 3};
  const std::string text =
      Base64(std::string(before, '\0') + std::string(bytes));
  const std::size_t end = (before + bytes.size()) * 8 / 6;
  const std::size_t begin = std::min(kShared[before], end);
  return text.substr(begin, end - begin);
}

// Whether `c` delimits the word around a part of a secret. An equals sign does
// so only before the word, where it follows a name: Base64 may end with equals
// signs.
bool EndsWord(char c, bool is_before) {
  constexpr std::string_view kEnds = " \"',:()[]{}<>";
  return kEnds.find(c) != kEnds.npos || (is_before && c == '=');
}

// The secret values in a text of names and values; empty for any other text.
std::vector<std::string> SecretValues(const std::string& text) {
  std::vector<std::string> values;
  const std::string lower = InLowerCase(text);
  for (const std::string_view name : kSecretNames) {
    for (std::size_t at = lower.find(name); at != lower.npos;
         at = lower.find(name, at + 1)) {
      if (at > 0 && IsLetterOrDigit(lower[at - 1])) continue;
      const std::size_t begin = at + name.size();
      const std::size_t end = text.find_first_of("&;", begin);
      std::string value = text.substr(begin, end - begin);
      if (LettersOf(value).empty()) continue;
      values.push_back(std::move(value));
    }
  }
  return values;
}

}  // namespace

void Secrets::AddPieces(std::string_view letters, std::size_t length) {
  length = std::min(length, letters.size());
  if (length < kLeastPiece) return;
  std::unordered_set<std::string>& pieces = pieces_[length];
  for (std::size_t i = 0; i + length <= letters.size(); ++i) {
    pieces.emplace(letters.substr(i, length));
  }
}

void Secrets::AddEncoded(const std::string& secret) {
  const std::array<std::string, 4> spelled = {
      secret, InLowerCase(secret), InUpperCase(secret), WithPercents(secret)};
  for (const std::string& text : spelled) {
    AddPieces(Hex(text), kHexLetters);
    for (std::size_t before = 0; before < 3; ++before) {
      AddPieces(LettersOf(Base64After(before, text)), kBase64Letters);
    }
  }
  const std::string hex = Hex(secret);
  for (const std::string& text :
       {hex, InUpperCase(hex), Base64After(0, secret), Base64After(1, secret),
        Base64After(2, secret)}) {
    AddPieces(Hex(text), kTwiceLetters);
    for (std::size_t before = 0; before < 3; ++before) {
      AddPieces(LettersOf(Base64After(before, text)), kTwiceLetters);
    }
  }
}

void Secrets::AddOne(const std::string& secret) {
  const std::string letters = LettersOf(secret);
  if (letters.size() >= kLeastLetters) {
    AddPieces(letters,
              letters.size() < kFewLetters ? kLeastPiece : kPieceLetters);
  } else {
    short_.push_back(InLowerCase(secret));
  }
  AddEncoded(secret);
}

void Secrets::Add(const std::string& secret) {
  if (secret.empty()) return;
  const std::vector<std::string> values = SecretValues(secret);
  for (const std::string& value : values) {
    AddOne(value);
    const std::string plain = WithoutEscapes(MapWhole(value)).text;
    if (plain != value) AddOne(plain);
  }
  if (values.empty()) {
    AddOne(secret);
  } else {
    const std::string letters = LettersOf(secret);
    AddPieces(letters, letters.size());
  }
}

void Secrets::Mark(const MappedText& layer, std::vector<bool>& hidden) const {
  const auto mark = [&](std::size_t first, std::size_t last) {
    std::fill(hidden.begin() + static_cast<std::ptrdiff_t>(layer.begins[first]),
              hidden.begin() + static_cast<std::ptrdiff_t>(layer.ends[last]),
              true);
  };
  std::string letters;
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < layer.text.size(); ++at) {
    if (!IsLetterOrDigit(layer.text[at])) continue;
    letters += LowerOf(layer.text[at]);
    places.push_back(at);
  }
  for (const auto& [length, pieces] : pieces_) {
    for (std::size_t at = 0; at + length <= letters.size(); ++at) {
      if (!pieces.contains(letters.substr(at, length))) continue;
      mark(places[at], places[at + length - 1]);
    }
  }
  const std::string lower = InLowerCase(layer.text);
  for (const std::string& secret : short_) {
    for (std::size_t at = lower.find(secret); at != lower.npos;
         at = lower.find(secret, at + 1)) {
      mark(at, at + secret.size() - 1);
    }
  }
}

std::string Secrets::Hide(std::string_view text, std::size_t most) const {
  if (pieces_.empty() && short_.empty()) {
    return std::string(text.substr(0, most < text.npos ? most + 1 : most));
  }
  std::vector<bool> hidden(text.size());
  for (MappedText layer : {MapWhole(text), MapWithoutSpaces(text)}) {
    for (int i = 0; i <= kMostLayers; ++i) {
      Mark(layer, hidden);
      MappedText next = WithoutEscapes(layer);
      if (next.text.size() == layer.text.size()) break;
      layer = std::move(next);
    }
  }
  // Hides the complete word around each part.
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (hidden[i - 1] && !EndsWord(text[i], false)) hidden[i] = true;
  }
  for (std::size_t i = text.size(); i-- > 1;) {
    if (hidden[i] && !EndsWord(text[i - 1], true)) hidden[i - 1] = true;
  }
  std::string shown;
  for (std::size_t i = 0; i < text.size() && shown.size() <= most; ++i) {
    if (!hidden[i]) {
      shown += text[i];
    } else if (i == 0 || !hidden[i - 1]) {
      shown += kHidden;
    }
  }
  return shown;
}

std::string HideInAddress(std::string_view address) {
  const std::size_t slashes = address.find("//");
  const std::size_t host = slashes == address.npos ? 0 : slashes + 2;
  const std::size_t at = address.rfind('@');
  std::string shown(address.substr(0, host));
  address.remove_prefix(host);
  if (at != address.npos && at >= host) {
    shown += kHidden;
    address.remove_prefix(at - host);
  }
  const std::size_t mark = address.find('?');
  shown += address.substr(0, mark);
  if (mark != address.npos) shown.append("?").append(kHidden);
  return shown;
}

}  // namespace busyhour::internal
