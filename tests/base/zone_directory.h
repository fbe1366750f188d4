#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/test_files.h"
#include "base/tzif.h"

namespace busyhour::internal {

/// A time zone database with one zone, Europe/Oslo, which the process uses as
/// long as this exists.
class ZoneDirectory {
 public:
  ZoneDirectory() {
    Write("Europe/Oslo", Tzif{.footer = kOslo}.Text());
    ::setenv("TZDIR", scratch_.path().c_str(), 1);
  }
  ~ZoneDirectory() { ::unsetenv("TZDIR"); }
  ZoneDirectory(const ZoneDirectory&) = delete;
  ZoneDirectory& operator=(const ZoneDirectory&) = delete;

  void Write(const std::string& name, const std::string& content) const {
    const std::filesystem::path path = scratch_.Path(name);
    std::filesystem::create_directories(path.parent_path());
    scratch_.Write(name, content);
  }

 private:
  Scratch scratch_;
};

}  // namespace busyhour::internal
