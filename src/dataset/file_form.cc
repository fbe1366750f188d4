#include "dataset/file_form.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/nearest.h"
#include "dataset/output_files.h"
#include "deliver/secrets.h"

namespace busyhour::internal {
namespace {

// Endings of files whose format is not supported, and other spellings of ours.
// The name of a directory may have any other ending: `logs.d`, `v1.2`.
constexpr std::array<std::string_view, 49> kForeign = {
    ".avro",     ".orc",   ".arrow",       ".feather", ".ipc",  ".txt",
    ".log",      ".text",  ".tsv",         ".psv",     ".xml",  ".yaml",
    ".yml",      ".json5", ".jsonc",       ".bson",    ".cbor", ".msgpack",
    ".pb",       ".proto", ".xlsx",        ".xls",     ".html", ".md",
    ".sql",      ".db",    ".sqlite",      ".bz2",     ".xz",   ".zip",
    ".7z",       ".rar",   ".tar",         ".tgz",     ".br",   ".sz",
    ".snappy",   ".lzo",   ".z",           ".bin",     ".dat",  ".part",
    ".prom",     ".om",    ".openmetrics", ".gzip",    ".zstd", ".cvs",
    ".jsonlines"};

// An alternative ending for JSON Lines.
constexpr std::string_view kNdjson = ".ndjson";

// Nearly one of ours, such as `.jsnol`: rather a typing error than the name of
// a directory.
bool IsNearlyOurs(std::string_view ending) {
  constexpr std::array<std::string_view, 4> kLong = {".json", ".jsonl", kNdjson,
                                                     ".parquet"};
  const std::string_view nearest = NearestName(ending, kLong);
  return !nearest.empty() && ending.size() >= nearest.size() - 1 &&
         ending.size() <= nearest.size() + 1;
}

std::string Endings() {
  std::string text;
  for (const FrameInfo& info : Frames()) {
    const std::string ending = std::string(info.extension) + ", ";
    if (info.extension.empty() || text.find(ending) != text.npos) continue;
    text += ending;
  }
  return text.substr(0, text.size() - 2);
}

bool Contains(std::span<const std::string_view> endings,
              std::string_view ending) {
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

// In lower case: endings are compared without regard to case.
std::string EndingOf(const std::filesystem::path& name) {
  return InLowerCase(name.extension().native());
}

const CompressionInfo* FindCompressionOf(const std::string& ending) {
  const auto at =
      std::find_if(kCompressions.begin(), kCompressions.end(),
                   [&](const CompressionInfo& info) {
                     return !info.extension.empty() && info.extension == ending;
                   });
  return at == kCompressions.end() ? nullptr : &*at;
}

// Why nothing can be written there, whatever it is; empty if something can.
std::string ObjectionToPlace(const std::string& out) {
  if (out.find("://") != out.npos) {
    return HideInAddress(out) +
           " is an address, not a path; busyhour load --to sends records to "
           "receivers";
  }
  if (out.starts_with('~')) {
    return out +
           " is no home directory that the shell knows; a path that "
           "begins so is ./" +
           out;
  }
  return "";
}

}  // namespace

bool FileForm::Fits(Frame frame) const {
  const std::string_view extension = Info(frame).extension;
  return frame_ending.empty() || frame_ending == extension ||
         (frame_ending == kNdjson && extension == ".jsonl");
}

FileForm FormOf(const std::string& path) {
  FileForm form;
  std::filesystem::path name = std::filesystem::path(path).filename();
  if (const auto* const info = FindCompressionOf(EndingOf(name))) {
    form.is_file = true;
    form.compression = info->compression;
    name = name.stem();
  }
  std::string ending = EndingOf(name);
  if (!ending.empty() &&
      std::any_of(Frames().begin(), Frames().end(), [&](const FrameInfo& info) {
        return info.extension == ending;
      })) {
    form.is_file = true;
    form.frame_ending = ending;
  } else if (FindCompressionOf(ending) != nullptr ||
             std::find(kForeign.begin(), kForeign.end(), ending) !=
                 kForeign.end() ||
             IsNearlyOurs(ending)) {
    form.is_file = true;
    form.foreign_ending = ending;
  }
  return form;
}

void ChooseForm(const std::string& out, JobSpec& spec,
                std::vector<Problem>& problems) {
  const auto refuse = [&](const char* option, std::string message) {
    problems.push_back({option, 0, 0, "", std::move(message)});
  };
  if (std::string objection = ObjectionToPlace(out); !objection.empty()) {
    refuse("--out", std::move(objection));
    return;
  }
  if (OutKindOf(out) != OutKind::kFile) return;
  const FileForm form = FormOf(out);
  if (!form.foreign_ending.empty()) {
    refuse("--out", out + ": " + form.foreign_ending +
                        " is not the ending of a format that busyhour writes: "
                        "it must be one of " +
                        Endings() +
                        ", optionally followed by .gz, .zst or .lz4; for a new "
                        "directory with that name, add /");
    return;
  }
  if (!form.is_file) return;
  if (!spec.frame && !form.frame_ending.empty()) {
    const auto first = std::find_if(
        Frames().begin(), Frames().end(),
        [&](const FrameInfo& info) { return form.Fits(info.frame); });
    spec.frame = first->frame;
  } else if (spec.frame && !Info(*spec.frame).extension.empty() &&
             !form.Fits(*spec.frame)) {
    // A frame that is not for files is refused elsewhere.
    const FrameInfo& info = Info(*spec.frame);
    refuse("--frame", std::string(info.name) + " cannot be written to " + out +
                          ": the ending must be " +
                          std::string(info.extension));
  }
  if (spec.frame && Info(*spec.frame).is_columnar) {
    if (form.compression == Compression::kNone) return;
    const FrameInfo& info = Info(*spec.frame);
    refuse("--out", out + ": " + std::string(info.name) +
                        " compresses its pages itself (--compress); the ending "
                        "must be " +
                        std::string(info.extension));
  } else if (!spec.compression) {
    spec.compression = form.compression;
  } else if (*spec.compression != form.compression) {
    const CompressionInfo& info = Info(*spec.compression);
    refuse("--compress",
           std::string(info.name) + " cannot be written to " + out + ": " +
               (info.extension.empty()
                    ? "its ending selects " +
                          std::string(Info(form.compression).name)
                    : "the ending must be " + std::string(info.extension)));
  }
}

std::string ObjectionToText(const std::string& path, std::string_view content,
                            std::span<const std::string_view> endings) {
  const FileForm form = FormOf(path);
  const std::string& ending = form.ending();
  if (form.compression == Compression::kNone &&
      (ending.empty() || Contains(endings, ending))) {
    return "";
  }
  return path + " would contain plain " + std::string(content) +
         ": the ending must be " + std::string(endings.front());
}

std::string ObjectionToLines(const std::string& path) {
  return ObjectionToText(path, "JSON Lines", kLinesEndings);
}

}  // namespace busyhour::internal
