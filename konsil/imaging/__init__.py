"""Imaging: DICOM studies, series, instances, and the pixels they hold."""
