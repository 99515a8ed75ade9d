import Testing
@testable import ScheduleSpec
