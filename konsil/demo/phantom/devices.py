"""What each device writes into the header about how it made the image."""

from pydicom import Dataset, FileDataset
from pydicom.tag import Tag

from konsil.demo.phantom import ultrasound
from konsil.demo.phantom.brain import Weighting
from konsil.demo.phantom.thorax import FIELD, HEIGHT


def ct_acquisition(data_set: FileDataset) -> None:
    """A spiral CT's own attributes (PS3.3 C.8.2.1)."""
    data_set.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data_set.AcquisitionNumber = 1
    data_set.KVP = 120
    data_set.XRayTubeCurrent = 210
    data_set.ConvolutionKernel = "B40f"
    data_set.ReconstructionDiameter = FIELD
    data_set.RescaleIntercept, data_set.RescaleSlope = -1024, 1
    data_set.RescaleType = "HU"
    data_set.WindowCenter, data_set.WindowWidth = [40, -600], [400, 1500]
    data_set.WindowCenterWidthExplanation = ["MEDIASTINUM", "LUNG"]


def mr_acquisition(data_set: FileDataset, weighting: Weighting) -> None:
    """A spin echo's own attributes (PS3.3 C.8.3.1)."""
    data_set.ImageType = ["ORIGINAL", "PRIMARY", "OTHER"]
    data_set.ScanningSequence, data_set.SequenceVariant = "SE", "NONE"
    data_set.ScanOptions, data_set.MRAcquisitionType = "", "2D"
    data_set.EchoTime, data_set.RepetitionTime = (12, 550) if weighting == "T1" else (95, 4200)
    data_set.EchoTrainLength = 1 if weighting == "T1" else 13
    data_set.MagneticFieldStrength = 1.5
    data_set.WindowCenter, data_set.WindowWidth = 500, 1000


def us_acquisition(data_set: FileDataset) -> None:
    """An ultrasound's frame time and scale (PS3.3 C.8.5.5)."""
    data_set.ImageType = ["ORIGINAL", "PRIMARY", "ABDOMINAL", "0001"]
    data_set.FrameIncrementPointer = Tag(0x0018, 0x1063)
    data_set.FrameTime = 100
    data_set.CineRate = 10
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 2, 0
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 0, 0
    region.RegionLocationMaxX1 = ultrasound.COLUMNS - 1
    region.RegionLocationMaxY1 = ultrasound.ROWS - 1
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX = region.PhysicalDeltaY = ultrasound.MM_PER_PIXEL / 10
    data_set.SequenceOfUltrasoundRegions = [region]


def dx_acquisition(data_set: FileDataset) -> None:
    """A digital radiograph's own attributes (PS3.3 C.8.11)."""
    data_set.ImageType = ["ORIGINAL", "PRIMARY"]
    data_set.PresentationIntentType = "FOR PRESENTATION"
    data_set.PixelIntensityRelationship, data_set.PixelIntensityRelationshipSign = "LOG", 1
    data_set.RescaleIntercept, data_set.RescaleSlope, data_set.RescaleType = 0, 1, "US"
    data_set.PresentationLUTShape = "IDENTITY"
    data_set.LossyImageCompression = "00"
    data_set.BurnedInAnnotation = "NO"
    data_set.WindowCenter, data_set.WindowWidth = 2048, 4096
    data_set.ViewPosition, data_set.ImageLaterality = "PA", "U"
    data_set.PatientOrientation = ["L", "F"]
    data_set.ImagerPixelSpacing = [round(HEIGHT / 1080, 6), round(FIELD / 1280, 6)]
    data_set.DetectorType, data_set.DetectorConfiguration = "DIRECT", "AREA"
    data_set.PositionerType = ""
    data_set.KVP = 125
    data_set.AcquisitionContextSequence = []
    region = Dataset()
    region.CodeValue, region.CodingSchemeDesignator = "51185008", "SCT"
    region.CodeMeaning = "Chest"
    data_set.AnatomicRegionSequence = [region]
